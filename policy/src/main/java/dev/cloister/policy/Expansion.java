package dev.cloister.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Kubernetes' references in {@code command}, {@code args} and {@code env}: {@code $(NAME)} stands
 * for a variable's value, {@code $$} for one dollar sign; a reference to nothing known stays as it
 * is written (Kubernetes API reference, EnvVar.value and Container.command).
 */
public final class Expansion {

  private Expansion() {}

  /**
   * The text with its references resolved.
   *
   * @param text as in the YAML
   * @param known the variables that may be referred to: for {@code env}, those before it in the
   *     list; for {@code command} and {@code args}, all of the container's YAML (those that only
   *     the image sets are not among them)
   */
  public static Template expand(String text, Map<String, Template> known) {
    List<Template> pieces = new ArrayList<>();
    int literal = 0;
    int at = text.indexOf('$');
    while (at >= 0 && at + 1 < text.length()) {
      char next = text.charAt(at + 1);
      int close = next == '(' ? text.indexOf(')', at + 2) : -1;
      Template value = close < 0 ? null : known.get(text.substring(at + 2, close));
      if (next == '$') {
        pieces.add(Template.of(text.substring(literal, at + 1)));
        literal = at + 2;
      } else if (value != null) {
        pieces.add(Template.of(text.substring(literal, at)));
        pieces.add(value);
        literal = close + 1;
      }
      int from = close >= 0 ? close + 1 : at + (next == '$' || next == '(' ? 2 : 1);
      at = text.indexOf('$', from);
    }
    pieces.add(Template.of(text.substring(literal)));
    return Template.concat(pieces);
  }
}
