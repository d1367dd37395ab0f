-- When the messages of a call came, and who stopped it why: a stream's life is more than its first and last byte.

ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  request_first_message_us LONG          -- [us] first request byte to first byte of the first gRPC message asked with; null = none was seen
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  request_last_message_us LONG           -- [us] first request byte to last byte of the last gRPC message asked with; null = none was seen, or bytes were lost
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  response_first_message_us LONG         -- [us] first request byte to first byte of the first gRPC message answered with; null = none was seen
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  response_last_message_us LONG          -- [us] first request byte to last byte of the last gRPC message answered with; null = none was seen, or bytes were lost
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  deadline_us LONG                       -- [us] time a gRPC call was given by its caller (grpc-timeout); null = none, or not gRPC
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  reset_by SYMBOL                        -- [word] who stopped the stream before its end (RST_STREAM): client, server; null = nobody
;
ALTER TABLE exchanges ADD COLUMN IF NOT EXISTS
  reset_code INT                         -- [code] error code of that RST_STREAM (RFC 9113 section 7: 7 = refused, 8 = cancelled); null = none
;
