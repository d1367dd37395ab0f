-- Before capture_loss held losses only, it had all that a worker counted. Rows of what is none say 0 from here on: their keys are written again,
-- because QuestDB deletes no rows.
INSERT INTO capture_loss (ts, worker, counter, total) SELECT ts, worker, counter, 0 FROM capture_loss WHERE total > 0 AND counter IN (
    'packets', 'capture_bytes', 'segments', 'connections', 'fragment_held', 'fragment_reassembled', 'tcp_checksum_looked_at',
    'exchanges_complete', 'exchanges_unanswered', 'exchanges_reset', 'exchanges_deadline', 'exchanges_seen_again', 'exchanges_seen_at_once',
    'ip_checksum_wrong', 'tcp_checksum_wrong', 'ip_length_zero', 'fragment_overlap', 'packet_time_absurd', 'retransmitted_segments',
    'segments_out_of_order', 'keep_alives', 'resets_without_connection', 'ports_reused', 'flows_idle', 'http1_interim', 'http1_upgrades',
    'h2_connections', 'h2_without_preface', 'h2_interim', 'h2_pushed', 'h2_resets', 'h2_goaways', 'h2_unknown_frames',
    'h2_empty_continuations', 'h2_found_again', 'arp', 'icmp', 'udp', 'sctp', 'ip_protocol_other', 'ethertype_other', 'llc_other',
    'wifi_not_data', 'tokens_bodies_markup', 'tokens_bodies_other');
