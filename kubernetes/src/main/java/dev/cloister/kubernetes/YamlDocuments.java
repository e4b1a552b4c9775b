package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * The documents of a YAML file, read strictly: UTF-8, no duplicate keys, no merge keys, only texts
 * as keys, no tags but {@code !!str}, no characters that YAML 1.1 and 1.2 take for different
 * things, aliases counted each time. Every node keeps its place, so that the file can be rewritten
 * without touching anything else in it.
 *
 * @param file name of the file
 * @param text its text, without a byte order mark
 * @param documents those that are not empty
 */
public record YamlDocuments(String file, String text, List<YamlNode> documents) {

  public YamlDocuments {
    documents = List.copyOf(documents);
  }

  /**
   * Reads a file.
   *
   * @throws CloisterException with a YAML code of {@link KubernetesError}; the place is file, line
   *     and column
   */
  public static YamlDocuments parse(SourceFile source, YamlBudget budget) {
    if (source.content().size() > budget.maxBytes()) {
      throw new CloisterException(
          KubernetesError.YAML_BUDGET,
          source.name(),
          source.content().size() + " bytes where " + budget.maxBytes() + " are allowed");
    }
    String text = text(source);
    refuseDoubtfulCharacters(source.name(), text);
    YamlTree tree = new YamlTree(source.name(), text, budget);
    try {
      LoadSettings settings = settings(source.name(), budget);
      ParserImpl parser = new ParserImpl(settings, new StreamReader(settings, text));
      while (parser.hasNext()) {
        tree.accept(parser.next());
      }
    } catch (MarkedYamlEngineException e) {
      throw syntax(source.name(), e);
    } catch (YamlEngineException e) {
      throw new CloisterException(
          KubernetesError.YAML_SYNTAX, source.name(), oneLine(String.valueOf(e.getMessage())), e);
    }
    return new YamlDocuments(source.name(), text, tree.documents());
  }

  private static String text(SourceFile source) {
    try {
      String text = source.content().toUtf8();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CloisterException e) {
      throw new CloisterException(
          KubernetesError.YAML_SYNTAX, source.name(), "the file is not UTF-8", e);
    }
  }

  /** YAML 1.1, which Kubernetes reads, breaks lines at these; YAML 1.2 does not (section 5.4). */
  private static void refuseDoubtfulCharacters(String file, String text) {
    int line = 1;
    int lineStart = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n') {
        line++;
        lineStart = i + 1;
      } else if (c == '\u0085' || c == '\u2028' || c == '\u2029' || c == '\uFEFF') {
        throw new CloisterException(
            KubernetesError.YAML_UNSUPPORTED,
            new Position(file, line, i - lineStart + 1).toString(),
            String.format(
                Locale.ROOT, "the character U+%04X; write it as \"\\u%04X\"", (int) c, (int) c));
      }
    }
  }

  private static LoadSettings settings(String file, YamlBudget budget) {
    return LoadSettings.builder()
        .setLabel(file)
        .setCodePointLimit(budget.maxBytes())
        .setParseComments(false)
        .setUseMarks(true)
        .build();
  }

  private static CloisterException syntax(String file, MarkedYamlEngineException e) {
    String where = file;
    Mark mark = e.getProblemMark().orElse(e.getContextMark().orElse(null));
    if (mark != null) {
      where = new Position(file, mark.getLine() + 1, mark.getColumn() + 1).toString();
    }
    String problem = oneLine(String.valueOf(e.getProblem()));
    String said =
        problem.contains("TAB") ? "a tab where YAML wants spaces; indent with spaces" : problem;
    return new CloisterException(KubernetesError.YAML_SYNTAX, where, said, e);
  }

  /** The text without control characters, as it may stand in a message. */
  static String oneLine(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    for (int i = 0; i < text.length() && i < 300; i++) {
      char c = text.charAt(i);
      if (c <= ' ' || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029') {
        if (!word.isEmpty()) {
          words.add(word.toString());
          word.setLength(0);
        }
      } else {
        word.append(Character.isSurrogate(c) ? '?' : c);
      }
    }
    if (!word.isEmpty()) {
      words.add(word.toString());
    }
    return String.join(" ", words);
  }
}
