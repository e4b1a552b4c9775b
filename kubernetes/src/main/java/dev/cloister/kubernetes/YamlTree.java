package dev.cloister.kubernetes;

import dev.cloister.encoding.CloisterException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.Anchor;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentEndEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingEndEvent;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.events.SequenceEndEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;

/** Builds the nodes of a file from the parser's events, within a budget. Not thread-safe. */
final class YamlTree {

  private static final String STRING_TAG = "tag:yaml.org,2002:str";

  private final String file;
  private final String text;
  private final boolean onlySmallCharacters;
  private final YamlBudget budget;
  private final List<YamlNode> documents = new ArrayList<>();
  private final Deque<Open> open = new ArrayDeque<>();
  private final Map<String, YamlNode> anchors = new HashMap<>();
  private final Map<String, Integer> weights = new HashMap<>();
  private int nodes;
  private int lastIndex;
  private int lastOffset;

  YamlTree(String file, String text, YamlBudget budget) {
    this.file = file;
    this.text = text;
    this.budget = budget;
    this.onlySmallCharacters = text.chars().noneMatch(c -> Character.isSurrogate((char) c));
  }

  List<YamlNode> documents() {
    return documents;
  }

  /** A collection whose end has not come yet. */
  private static final class Open {
    final YamlNode.Place place;
    final String anchor;
    final boolean mapping;
    final int nodesBefore;
    final Map<String, YamlNode.Entry> entries = new LinkedHashMap<>();
    final List<YamlNode> elements = new ArrayList<>();
    YamlNode.@Nullable Scalar key;

    Open(YamlNode.Place place, String anchor, boolean mapping, int nodesBefore) {
      this.place = place;
      this.anchor = anchor;
      this.mapping = mapping;
      this.nodesBefore = nodesBefore;
    }
  }

  void accept(Event event) {
    switch (event) {
      case CollectionStartEvent start -> begin(start);
      case MappingEndEvent _ -> end();
      case SequenceEndEvent _ -> end();
      case ScalarEvent scalar -> scalar(scalar);
      case AliasEvent alias -> alias(alias);
      case DocumentEndEvent _ -> anchors.clear();
      default -> {
        // Starts of documents and of the stream say nothing; comments are not asked for.
      }
    }
  }

  private void begin(CollectionStartEvent start) {
    count(start, 1);
    if (open.size() >= budget.maxDepth()) {
      throw refuse(
          KubernetesError.YAML_BUDGET, start, "more than " + budget.maxDepth() + " levels");
    }
    if (start.getTag().isPresent()) {
      throw refuse(KubernetesError.YAML_UNSUPPORTED, start, "a tag; remove it");
    }
    YamlNode.Form form = start.isFlow() ? YamlNode.Form.FLOW : YamlNode.Form.BLOCK;
    if (start.getAnchor().isPresent()) {
      form = YamlNode.Form.DECORATED;
    }
    open.push(
        new Open(place(start, form), anchor(start), start instanceof MappingStartEvent, nodes - 1));
  }

  private void end() {
    Open ended = open.pop();
    YamlNode node =
        ended.mapping
            ? new YamlNode.Mapping(ended.place, ended.entries)
            : new YamlNode.Sequence(ended.place, ended.elements);
    remember(ended.anchor, node, nodes - ended.nodesBefore);
    add(node);
  }

  private void scalar(ScalarEvent event) {
    count(event, 1);
    boolean tagged = event.getTag().isPresent();
    if (tagged && !event.getTag().get().equals(STRING_TAG)) {
      throw refuse(
          KubernetesError.YAML_UNSUPPORTED, event, "a tag other than !!str; write the value out");
    }
    String value = event.getValue();
    if (!isWellFormed(value)) {
      throw refuse(KubernetesError.YAML_UNSUPPORTED, event, "half of a surrogate pair");
    }
    boolean decorated = tagged || event.getAnchor().isPresent();
    boolean plain = event.isPlain() && !tagged;
    YamlNode.Form form = event.isPlain() ? YamlNode.Form.BLOCK : YamlNode.Form.FLOW;
    YamlNode.Scalar node =
        new YamlNode.Scalar(
            place(event, decorated ? YamlNode.Form.DECORATED : form), value, style(event, plain));
    remember(anchor(event), node, 1);
    add(node);
  }

  private static YamlNode.Style style(ScalarEvent event, boolean plain) {
    ScalarStyle style = event.getScalarStyle();
    if (style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED) {
      return YamlNode.Style.LINES;
    }
    return plain ? YamlNode.Style.PLAIN : YamlNode.Style.TEXT;
  }

  private void alias(AliasEvent event) {
    YamlNode meant = anchors.get(event.getAlias().getValue());
    if (meant == null) {
      throw refuse(KubernetesError.YAML_SYNTAX, event, "no anchor before this alias has its name");
    }
    count(event, weights.getOrDefault(event.getAlias().getValue(), 1));
    YamlNode.Place place = place(event, YamlNode.Form.ALIASED);
    add(
        switch (meant) {
          case YamlNode.Scalar scalar -> new YamlNode.Scalar(place, scalar.text(), scalar.style());
          case YamlNode.Sequence sequence -> new YamlNode.Sequence(place, sequence.elements());
          case YamlNode.Mapping mapping -> new YamlNode.Mapping(place, mapping.entries());
        });
  }

  private void add(YamlNode node) {
    Open parent = open.peek();
    if (parent == null) {
      addDocument(node);
    } else if (!parent.mapping) {
      parent.elements.add(node);
    } else if (parent.key == null) {
      parent.key = key(node);
    } else {
      YamlNode.Scalar key = parent.key;
      parent.key = null;
      if (parent.entries.put(key.text(), new YamlNode.Entry(key, node)) != null) {
        throw new CloisterException(
            KubernetesError.YAML_DUPLICATE_KEY,
            key.place().at().toString(),
            "the key " + Words.quoted(key.text()) + " stands twice in one mapping");
      }
    }
  }

  private void addDocument(YamlNode node) {
    if (node.isNull()) {
      return;
    }
    if (documents.size() >= budget.maxDocuments()) {
      throw new CloisterException(
          KubernetesError.YAML_BUDGET,
          node.place().at().toString(),
          "more than " + budget.maxDocuments() + " documents");
    }
    documents.add(node);
  }

  private YamlNode.Scalar key(YamlNode node) {
    String at = node.place().at().toString();
    if (!(node instanceof YamlNode.Scalar scalar)) {
      throw new CloisterException(
          KubernetesError.YAML_UNSUPPORTED, at, "a key that is " + node.kind() + ", not a text");
    }
    if (scalar.text().equals("<<") && scalar.style() == YamlNode.Style.PLAIN) {
      throw new CloisterException(
          KubernetesError.YAML_UNSUPPORTED, at, "the merge key <<; write the fields out");
    }
    return scalar;
  }

  private void remember(String anchor, YamlNode node, int weight) {
    if (!anchor.isEmpty()) {
      anchors.put(anchor, node);
      weights.put(anchor, weight);
    }
  }

  private static String anchor(NodeEvent event) {
    return event.getAnchor().map(Anchor::getValue).orElse("");
  }

  private void count(Event event, int weight) {
    nodes = Math.addExact(nodes, weight);
    if (nodes > budget.maxNodes()) {
      throw refuse(
          KubernetesError.YAML_BUDGET,
          event,
          "more than " + budget.maxNodes() + " keys and values, those of aliases counted");
    }
  }

  private static boolean isWellFormed(String value) {
    for (int i = 0; i < value.length(); i++) {
      if (Character.isSurrogate(value.charAt(i))) {
        boolean pair =
            Character.isHighSurrogate(value.charAt(i))
                && i + 1 < value.length()
                && Character.isLowSurrogate(value.charAt(i + 1));
        if (!pair) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  private YamlNode.Place place(Event event, YamlNode.Form form) {
    int start = offset(event.getStartMark());
    return new YamlNode.Place(position(event), start, offset(event.getEndMark()), form);
  }

  private int offset(Optional<Mark> mark) {
    int index = mark.map(Mark::getIndex).orElse(0);
    if (onlySmallCharacters) {
      return index;
    }
    lastOffset = text.offsetByCodePoints(lastOffset, index - lastIndex);
    lastIndex = index;
    return lastOffset;
  }

  private Position position(Event event) {
    Mark mark = event.getStartMark().orElseThrow();
    return new Position(file, mark.getLine() + 1, mark.getColumn() + 1);
  }

  private CloisterException refuse(KubernetesError code, Event event, String what) {
    return new CloisterException(code, position(event).toString(), what);
  }
}
