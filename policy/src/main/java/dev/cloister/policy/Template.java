package dev.cloister.policy;

import dev.cloister.encoding.CloisterException;
import dev.cloister.encoding.Json;
import java.util.ArrayList;
import java.util.List;

/**
 * The value of an environment variable or an argument: fixed text, with facts of the pod in it. All
 * {@code $(VAR)} of the pod's YAML are resolved when the policy is generated (see {@link
 * Expansion}); what is left here is never expanded again. In the document it is a text where it is
 * fixed, else an array of texts and <code>{"fact": WORD}</code>.
 *
 * @param parts 32 at most; no two literals side by side; none for the empty text
 */
public record Template(List<TemplatePart> parts) {

  /** Longest text of one argument or variable that Linux takes: MAX_ARG_STRLEN less its NUL. */
  static final int MAX_LENGTH = 131_071;

  /** Most parts. */
  static final int MAX_PARTS = 32;

  /** The empty text. */
  public static final Template EMPTY = new Template(List.of());

  public Template {
    parts = List.copyOf(parts);
    Grammar.atMost(parts.size(), MAX_PARTS, "");
    for (int i = 1; i < parts.size(); i++) {
      boolean both =
          parts.get(i - 1) instanceof TemplatePart.Literal
              && parts.get(i) instanceof TemplatePart.Literal;
      Grammar.require(!both, "", "a text whose literals are joined");
    }
  }

  /** Fixed text. */
  public static Template of(String text) {
    return text.isEmpty() ? EMPTY : new Template(List.of(new TemplatePart.Literal(text)));
  }

  /** One fact and nothing else. */
  public static Template of(PodFact fact) {
    return new Template(List.of(new TemplatePart.Dynamic(fact)));
  }

  /** The texts one after the other, with neighbouring literals joined. */
  public static Template concat(List<Template> pieces) {
    List<TemplatePart> joined = new ArrayList<>();
    StringBuilder literal = new StringBuilder();
    for (Template piece : pieces) {
      for (TemplatePart part : piece.parts) {
        if (part instanceof TemplatePart.Literal fixed) {
          literal.append(fixed.text());
        } else {
          flush(literal, joined);
          joined.add(part);
        }
      }
    }
    flush(literal, joined);
    return new Template(joined);
  }

  private static void flush(StringBuilder literal, List<TemplatePart> joined) {
    if (!literal.isEmpty()) {
      joined.add(new TemplatePart.Literal(literal.toString()));
      literal.setLength(0);
    }
  }

  /** Whether there is no fact in it. */
  public boolean isFixed() {
    for (TemplatePart part : parts) {
      if (part instanceof TemplatePart.Dynamic) {
        return false;
      }
    }
    return true;
  }

  /** The text, with the facts of this pod in their places. */
  public String render(PodFacts facts) {
    StringBuilder out = new StringBuilder();
    for (TemplatePart part : parts) {
      if (part instanceof TemplatePart.Literal literal) {
        out.append(literal.text());
      } else if (part instanceof TemplatePart.Dynamic dynamic) {
        out.append(facts.text(dynamic.fact()));
      }
    }
    return out.toString();
  }

  /** The text for people: facts as {@code ${podIP}}. */
  @Override
  public String toString() {
    StringBuilder out = new StringBuilder();
    for (TemplatePart part : parts) {
      if (part instanceof TemplatePart.Literal literal) {
        out.append(literal.text());
      } else if (part instanceof TemplatePart.Dynamic dynamic) {
        out.append("${").append(dynamic.fact().word()).append('}');
      }
    }
    return out.toString();
  }

  Json toJson() {
    if (isFixed()) {
      return Json.of(parts.isEmpty() ? "" : ((TemplatePart.Literal) parts.getFirst()).text());
    }
    List<Json> elements = new ArrayList<>();
    for (TemplatePart part : parts) {
      if (part instanceof TemplatePart.Literal literal) {
        elements.add(Json.of(literal.text()));
      } else if (part instanceof TemplatePart.Dynamic dynamic) {
        elements.add(Json.object().put("fact", dynamic.fact().word()).build());
      }
    }
    return Json.of(elements);
  }

  static Template read(Json json, String path) {
    if (json instanceof Json.Str text) {
      return ofLiteral(text.value(), path);
    }
    List<Json> elements = PolicyReader.elements(json, path, MAX_PARTS);
    List<TemplatePart> parts = new ArrayList<>();
    for (int i = 0; i < elements.size(); i++) {
      parts.add(readPart(elements.get(i), path + "[" + i + "]"));
    }
    Template template = within(parts, path);
    if (template.isFixed()) {
      throw new CloisterException(
          PolicyError.VALUE, path, "must be a plain text, since it holds no fact");
    }
    return template;
  }

  private static TemplatePart readPart(Json element, String path) {
    if (element instanceof Json.Str text) {
      return PolicyReader.literal(text.value(), path);
    }
    return new TemplatePart.Dynamic(PolicyReader.fact(element, path));
  }

  private static Template ofLiteral(String text, String path) {
    return text.isEmpty() ? EMPTY : new Template(List.of(PolicyReader.literal(text, path)));
  }

  private static Template within(List<TemplatePart> parts, String path) {
    try {
      return new Template(parts);
    } catch (CloisterException e) {
      throw PolicyReader.at(path, e);
    }
  }
}
