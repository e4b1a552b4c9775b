package dev.cloister.channel;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Transcript;

/**
 * Says why the channel ends: a code and the step. It is the word of a peer that may have proven
 * nothing; it never says what was found.
 */
record RefusalMessage(String code, String cause, String step) {

  static final String DOMAIN = "cloister/channel/refusal/v1";
  static final int MAX_SIZE = 256;

  static RefusalMessage of(CloisterException refusal) {
    String cause =
        refusal.getCause() instanceof CloisterException inner ? inner.code().code() : "-";
    return new RefusalMessage(refusal.code().code(), cause, refusal.where());
  }

  Bytes encode() {
    return Transcript.of(DOMAIN).add(code).add(cause).add(step).toBytes();
  }

  static RefusalMessage decode(Bytes body, Step step) {
    FieldReader fields = new FieldReader(body, DOMAIN, step);
    RefusalMessage message =
        new RefusalMessage(word(fields, "code"), word(fields, "cause"), word(fields, "step"));
    fields.end();
    return message;
  }

  private static String word(FieldReader fields, String name) {
    String word = fields.text(name, 32);
    if (!word.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
      throw fields.malformed(name, "is not a word");
    }
    return word;
  }

  CloisterException toException(Step step) {
    String because = cause.equals("-") ? "" : ", because of " + cause;
    return step.refuse(
        ChannelError.REFUSED_BY_PEER,
        "the peer says " + code + " at its step " + this.step + because);
  }
}
