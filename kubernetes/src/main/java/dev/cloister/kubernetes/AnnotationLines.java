package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Annotations whose text is lines, each a word or a word and what it is said to be. */
final class AnnotationLines {

  private final PodTemplate template;
  private final String path;

  AnnotationLines(PodTemplate template) {
    this.template = template;
    String spec = template.spec().path();
    this.path = spec.substring(0, spec.length() - "spec".length()) + "metadata.annotations";
  }

  /**
   * One line of an annotation.
   *
   * @param key what stands before the colon, or all of a bare line
   * @param value what stands behind it; empty for a bare line
   * @param bare whether there is no colon
   * @param at where it stands
   */
  record Line(String key, String value, boolean bare, Position at) {

    /** The whole line. */
    String text() {
      return bare ? key : key + ":" + value;
    }
  }

  /** The path of all annotations. */
  String path() {
    return path;
  }

  /** The path of an annotation. */
  String path(String name) {
    return path + "[" + name + "]";
  }

  /** The text of an annotation, where the pod has it. */
  Optional<YamlNode.Scalar> text(String name) {
    YamlNode.Entry entry = template.annotations().get(name);
    return entry != null && entry.value() instanceof YamlNode.Scalar scalar
        ? Optional.of(scalar)
        : Optional.empty();
  }

  /**
   * The lines of pairs: a YAML mapping, or a list of mappings.
   *
   * @param form what such lines look like, for the message
   */
  List<Line> pairs(String name, String form) {
    return new Reading(name, form, false).lines();
  }

  /**
   * The lines of pairs or bare words: as {@link #pairs}, or a list of texts, or one text with
   * commas.
   *
   * @param form what such lines look like, for the message
   */
  List<Line> words(String name, String form) {
    return new Reading(name, form, true).lines();
  }

  CloisterException refuse(KubernetesError code, String name, Line line, String detail) {
    return new CloisterException(code, line.at() + " " + path(name), detail);
  }

  /** Reads one annotation. */
  private final class Reading {

    private final String name;
    private final String form;
    private final boolean bare;
    private final List<Line> lines = new ArrayList<>();

    Reading(String name, String form, boolean bare) {
      this.name = name;
      this.form = form;
      this.bare = bare;
    }

    List<Line> lines() {
      text(name).ifPresent(this::read);
      return lines;
    }

    private void read(YamlNode.Scalar scalar) {
      for (YamlNode document : documents(scalar)) {
        switch (document) {
          case YamlNode.Mapping mapping -> addAll(scalar, mapping);
          case YamlNode.Sequence sequence ->
              sequence.elements().forEach(element -> addElement(scalar, element));
          case YamlNode.Scalar text -> {
            for (String word : text.text().split(",", -1)) {
              addWord(scalar, text, word.strip());
            }
          }
        }
      }
    }

    private void addElement(YamlNode.Scalar scalar, YamlNode element) {
      if (element instanceof YamlNode.Scalar text) {
        addWord(scalar, text, text.text());
      } else if (element instanceof YamlNode.Mapping mapping && mapping.entries().size() == 1) {
        addAll(scalar, mapping);
      } else {
        throw notLines(scalar, element);
      }
    }

    private void addWord(YamlNode.Scalar scalar, YamlNode.Scalar text, String word) {
      if (!bare || word.isEmpty()) {
        throw notLines(scalar, text);
      }
      lines.add(new Line(word, "", true, at(scalar, text.place().at())));
    }

    private void addAll(YamlNode.Scalar scalar, YamlNode.Mapping mapping) {
      mapping
          .entries()
          .forEach((key, entry) -> {
            if (!(entry.value() instanceof YamlNode.Scalar value)) {
              throw notLines(scalar, entry.value());
            }
            lines.add(new Line(key, value.text(), false, at(scalar, entry.key().place().at())));
          });
    }

    private List<YamlNode> documents(YamlNode.Scalar scalar) {
      SourceFile text = SourceFile.of("annotation", scalar.text());
      try {
        return YamlDocuments.parse(text, YamlBudget.ANNOTATION).documents();
      } catch (CloisterException e) {
        KubernetesError code =
            e.code() == KubernetesError.YAML_DUPLICATE_KEY
                ? KubernetesError.ANNOTATION_DUPLICATE
                : KubernetesError.ANNOTATION_SYNTAX;
        throw new CloisterException(code, scalar.place().at() + " " + path(name), e.detail(), e);
      }
    }

    private CloisterException notLines(YamlNode.Scalar scalar, YamlNode node) {
      return new CloisterException(
          KubernetesError.ANNOTATION_SYNTAX,
          at(scalar, node.place().at()) + " " + path(name),
          "must be " + form);
    }
  }

  /** Lines of a block scalar follow each other in the file; other scalars have one place. */
  private static Position at(YamlNode.Scalar scalar, Position within) {
    Position at = scalar.place().at();
    return scalar.style() == YamlNode.Style.LINES
        ? new Position(at.file(), at.line() + within.line(), 1)
        : at;
  }
}
