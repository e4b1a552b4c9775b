package dev.cloister.channel;

/** The kinds of frames inside TLS, with the most bytes that a body may have. */
enum FrameType {
  HELLO(1, HelloMessage.MAX_SIZE),
  CHALLENGE(2, ChallengeMessage.MAX_SIZE),
  EVIDENCE(3, EvidenceMessage.MAX_SIZE),
  PROOF(4, ProofMessage.MAX_SIZE_WITH),
  FINISHED(5, FinishedMessage.MAX_SIZE),
  DATA(6, 16_379),
  RENEW(7, 0),
  END(8, 0),
  REFUSAL(9, RefusalMessage.MAX_SIZE);

  private final int number;
  private final int maxSize;

  FrameType(int number, int maxSize) {
    this.number = number;
    this.maxSize = maxSize;
  }

  int number() {
    return number;
  }

  int maxSize() {
    return maxSize;
  }
}
