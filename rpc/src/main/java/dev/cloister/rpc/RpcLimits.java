package dev.cloister.rpc;

/**
 * What one end of a connection takes.
 *
 * @param frameBytes longest payload of a frame, from 1 KiB to 4 MiB (the limit of ttrpc)
 * @param callsInFlight calls that may be under way at once, from 1 to 4096
 * @param parts elements of repeated fields in one message
 */
public record RpcLimits(int frameBytes, int callsInFlight, int parts) {

  /** The largest payload that ttrpc allows. */
  public static final int MAX_FRAME_BYTES = 4 * 1024 * 1024;

  /** 4 MiB, 256 calls, 16384 parts. */
  public static final RpcLimits STANDARD = new RpcLimits(MAX_FRAME_BYTES, 256, 16 * 1024);

  /** Checks the ranges. */
  public RpcLimits {
    if (frameBytes < 1024 || frameBytes > MAX_FRAME_BYTES) {
      throw new IllegalArgumentException("frame of " + frameBytes + " bytes");
    }
    if (callsInFlight < 1 || callsInFlight > 4096) {
      throw new IllegalArgumentException(callsInFlight + " calls in flight");
    }
    if (parts < 1) {
      throw new IllegalArgumentException(parts + " parts");
    }
  }
}
