package dev.cloister.client;

/** Where a Coordinator is in its life. */
public enum Phase {
  /** A fresh instance, which has a root key and no manifest. */
  AWAITING_FIRST("awaiting-first-transition"),
  /** It serves. */
  READY("ready"),
  /** It restarted and has not its seed again. */
  RECOVERING("recovering");

  private final String text;

  Phase(String text) {
    this.text = text;
  }

  /** The word that the protocol has for it. */
  public String text() {
    return text;
  }
}
