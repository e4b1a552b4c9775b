package dev.cloister.coordinator;

/** What is counted, and nothing else is kept of strangers. */
public enum Counter {
  CHANNELS_OPENED("channels_opened", "Attested channels that were opened."),
  CHANNELS_REFUSED("channels_refused", "Connections whose handshake or evidence was refused."),
  JOINS("joins", "Certificates issued to pods."),
  JOINS_REFUSED("joins_refused", "Joins refused inside an attested channel."),
  TRANSITIONS("transitions", "Transitions put into force."),
  TRANSITIONS_REFUSED("transitions_refused", "Transitions refused."),
  SHARES("shares", "Recovery shares taken."),
  SHARES_REFUSED("shares_refused", "Recovery shares refused."),
  HTTPS_ANSWERED("https_answered", "Requests over plain HTTPS answered."),
  HTTPS_REFUSED("https_refused", "Requests over plain HTTPS refused.");

  private final String text;
  private final String meaning;

  Counter(String text, String meaning) {
    this.text = text;
    this.meaning = meaning;
  }

  /** Its name, lower case with underscores. */
  public String text() {
    return text;
  }

  /** What it counts, as one sentence. */
  public String meaning() {
    return meaning;
  }
}
