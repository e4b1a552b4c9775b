package dev.cloister.policy;

/** A piece of a {@link Template}. */
public sealed interface TemplatePart {

  /**
   * Fixed text.
   *
   * @param text not empty, no NUL, 131,071 characters at most
   */
  record Literal(String text) implements TemplatePart {
    public Literal {
      Grammar.require(!text.isEmpty(), "", "a text that is not empty");
      Grammar.require(
          Grammar.isPlain(text, Template.MAX_LENGTH), "", "a shorter text, and without NUL");
    }
  }

  /** What the pod's facts give in this place. */
  record Dynamic(PodFact fact) implements TemplatePart {}
}
