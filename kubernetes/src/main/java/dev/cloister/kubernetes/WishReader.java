package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Connection;
import dev.cloister.manifest.Connections;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads to whom a pod wants to connect.
 *
 * <pre>
 * cloister.dev/connects-to: "db:6379, cache.other:11211"   # Services of the deployment
 * cloister.dev/external: |                                 # hosts outside
 *   - api.example.com:443
 * </pre>
 */
final class WishReader {

  private static final String FORM = "HOST:PORT, with commas between or one on each line";

  private final PodTemplate template;
  private final AnnotationLines lines;
  private final boolean joins;

  WishReader(PodTemplate template, AnnotationLines lines, boolean joins) {
    this.template = template;
    this.lines = lines;
    this.joins = joins;
  }

  Wishes read() {
    List<Wishes.Wish> external = read(Annotations.EXTERNAL);
    for (Wishes.Wish wish : external) {
      template
          .findings()
          .warn(
              WarningCode.EXTERNAL,
              wish.path(),
              wish.at(),
              wish.shown()
                  + " is outside the deployment: only the application protects what it"
                  + " sends there");
    }
    return new Wishes(read(Annotations.CONNECTS_TO), external);
  }

  private List<Wishes.Wish> read(String name) {
    List<Wishes.Wish> wishes = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (AnnotationLines.Line line : lines.words(name, FORM)) {
      if (!joins) {
        throw lines.refuse(
            KubernetesError.ANNOTATION_CONTRADICTION,
            name,
            line,
            "a pod that does not join connects to nobody; remove one of the two");
      }
      if (wishes.size() >= Connections.MAX) {
        throw lines.refuse(
            KubernetesError.ANNOTATION_SYNTAX, name, line, "more than " + Connections.MAX);
      }
      Wishes.Wish wish = wish(name, line);
      if (!seen.add(wish.shown())) {
        throw lines.refuse(
            KubernetesError.ANNOTATION_DUPLICATE, name, line, wish.shown() + " stands twice");
      }
      wishes.add(wish);
    }
    return wishes;
  }

  private Wishes.Wish wish(String name, AnnotationLines.Line line) {
    String text = line.text();
    int colon = text.lastIndexOf(':');
    String port = text.substring(colon + 1);
    if (colon < 0 || !Ports.isNumber(port)) {
      throw lines.refuse(
          KubernetesError.ANNOTATION_SYNTAX,
          name,
          line,
          Words.quoted(text) + " is not HOST:PORT with a port from 1 to 65535");
    }
    String host = text.substring(0, colon);
    try {
      Connection.requireHost(host, "host");
    } catch (CloisterException e) {
      throw lines.refuse(
          KubernetesError.ANNOTATION_SYNTAX, name, line, Words.quoted(host) + ": " + e.detail());
    }
    return new Wishes.Wish(host, Integer.parseInt(port), line.at(), lines.path(name));
  }
}
