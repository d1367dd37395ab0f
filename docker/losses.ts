/** Counters of the decoder that tell of no loss, and so do not go to `capture_loss`. */
const NO_LOSS: ReadonlySet<string> = new Set([
  // Work done.
  'packets', 'capture_bytes', 'segments', 'connections', 'fragment_held', 'fragment_reassembled', 'tcp_checksum_looked_at',
  // Rows, by how their exchanges ended.
  'exchanges_complete', 'exchanges_unanswered', 'exchanges_reset', 'exchanges_deadline', 'exchanges_seen_again', 'exchanges_seen_at_once',
  // Put up with: sums are wrong wherever network cards make them, the first copy of a byte counts.
  'ip_checksum_wrong', 'tcp_checksum_wrong', 'ip_length_zero', 'fragment_overlap', 'packet_time_absurd',
  // TCP as it goes; what is missing afterwards is in `gaps` and `gap_bytes`.
  'retransmitted_segments', 'segments_out_of_order', 'keep_alives', 'resets_without_connection', 'ports_reused', 'flows_idle',
  // HTTP as it goes.
  'http1_interim', 'http1_upgrades', 'h2_connections', 'h2_without_preface', 'h2_interim', 'h2_pushed', 'h2_resets', 'h2_goaways', 'h2_unknown_frames',
  'h2_empty_continuations', 'h2_found_again',
  // Frames of protocols that carry no TCP.
  'arp', 'icmp', 'udp', 'sctp', 'ip_protocol_other', 'ethertype_other', 'llc_other', 'wifi_not_data',
  // Bodies in which there are no values to be read.
  'tokens_bodies_markup', 'tokens_bodies_other',
]);

/** Of what was counted, what tells of something that did not become an exchange, or not all of one. */
export const lossesOf = (counted: Readonly<Record<string, number>>): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(counted).filter(([name]) => !NO_LOSS.has(name)));
