package dev.cloister.kubernetes;

import java.util.LinkedHashSet;
import java.util.Set;

/** Finds {@code $(NAME)} in texts (Kubernetes API reference, Container.command). */
final class References {

  private References() {}

  /** The names that the text refers to; {@code $$(NAME)} is no reference. */
  static Set<String> in(String text) {
    Set<String> names = new LinkedHashSet<>();
    int at = 0;
    while (at + 1 < text.length()) {
      char next = text.charAt(at + 1);
      if (text.charAt(at) != '$') {
        at++;
      } else if (next == '(' && text.indexOf(')', at) > 0) {
        int close = text.indexOf(')', at);
        names.add(text.substring(at + 2, close));
        at = close + 1;
      } else {
        at += next == '$' ? 2 : 1;
      }
    }
    return names;
  }
}
