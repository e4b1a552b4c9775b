package dev.cloister.rpc;

/**
 * One frame of ttrpc: a header of ten bytes (length, stream, type, flags, big-endian) and a
 * payload. The types from 16 on are those of container streams.
 */
final class Frame {

  static final int HEADER_BYTES = 10;
  static final int REQUEST = 1;
  static final int RESPONSE = 2;
  static final int OPEN = 16;
  static final int CREDIT = 17;
  static final int DATA = 18;
  static final int END = 19;
  static final int REFUSE = 20;

  final int stream;
  final int type;
  final int flags;
  final byte[] payload;

  Frame(int stream, int type, int flags, byte[] payload) {
    this.stream = stream;
    this.type = type;
    this.flags = flags;
    this.payload = payload;
  }
}
