package dev.cloister.kubernetes;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Collects what the report says besides the policy. Not thread-safe. */
final class Findings {

  private final TreeMap<String, IgnoredField> ignored = new TreeMap<>();
  private final List<Warning> warnings = new ArrayList<>();
  private final List<ObjectReader> readers = new ArrayList<>();

  void opened(ObjectReader reader) {
    readers.add(reader);
  }

  /** Throws where a measured field of an object that was opened has not been read. */
  void close() {
    for (ObjectReader reader : readers) {
      reader.end();
    }
  }

  void ignored(String path, Position at) {
    ignored.put(path, new IgnoredField(path, at));
  }

  void warn(WarningCode code, String path, Position at, String text) {
    Warning warning = new Warning(code, path, at, text);
    if (!warnings.contains(warning)) {
      warnings.add(warning);
    }
  }

  List<IgnoredField> ignored() {
    return List.copyOf(ignored.values());
  }

  /** In the order of their codes, then as they were found. */
  List<Warning> warnings() {
    List<Warning> sorted = new ArrayList<>(warnings);
    sorted.sort(Comparator.comparing(Warning::code));
    return List.copyOf(sorted);
  }
}
