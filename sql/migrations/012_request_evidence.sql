-- What a request for inference may be answered by.
ALTER TABLE inference_requests ADD COLUMN IF NOT EXISTS
  evidence VARCHAR                       -- [words] what to go by: timing, token, header, joined by commas; null = all of them
;
