package dev.cloister.manifest;

/** What kind of evidence a deployment accepts; it can never change. */
public enum Mode {
  /** Evidence under the roots of hardware vendors, and no other. */
  HARDWARE("hardware"),
  /** Evidence under the root of a local simulator, and no other. */
  SIMULATED("simulated");

  private final String text;

  Mode(String text) {
    this.text = text;
  }

  /** The word that stands for it in documents. */
  public String text() {
    return text;
  }
}
