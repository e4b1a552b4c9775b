package dev.cloister.manifest;

import dev.cloister.attestation.ReferenceValue;
import dev.cloister.attestation.SnpReferenceValue;
import dev.cloister.attestation.TdxReferenceValue;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a transition changes, in words: what an owner reads before signing. Texts of the manifest
 * that would not show on a terminal are written as numbers.
 *
 * @param changes each difference; empty where the two mean the same
 */
public record ManifestDiff(List<Change> changes) {

  public ManifestDiff {
    changes = List.copyOf(changes);
  }

  /** What the first manifest of a deployment brings. */
  public static ManifestDiff first(Manifest manifest) {
    List<Change> changes = new ArrayList<>();
    for (Workload workload : manifest.workloads()) {
      changes.add(added(workload));
    }
    manifest
        .referenceValues()
        .forEach((name, value) -> changes.add(referenceValue(name, "added, " + about(value))));
    changes.add(new Change("certificates", about(manifest.certificates()), false));
    manifest.owners().ifPresent(owners -> changes.add(owners(owners)));
    return new ManifestDiff(changes);
  }

  /** What changes from one manifest to the next. */
  public static ManifestDiff between(Manifest before, Manifest after) {
    List<Change> changes = new ArrayList<>();
    addWorkloads(before, after, changes);
    addReferenceValues(before, after, changes);
    if (!before.certificates().equals(after.certificates())) {
      String words = about(before.certificates()) + " -> " + about(after.certificates());
      changes.add(new Change("certificates", words, false));
    }
    after.owners().ifPresent(owners -> changes.add(owners(owners)));
    return new ManifestDiff(changes);
  }

  /** Whether any change needs the recovery quorum besides the update quorum. */
  public boolean needsRecoveryOwners() {
    return changes.stream().anyMatch(Change::guarded);
  }

  /** The changes, one a line. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (Change change : changes) {
      text.append(change).append('\n');
    }
    return text.isEmpty() ? "no change\n" : text.toString();
  }

  private static void addWorkloads(Manifest before, Manifest after, List<Change> changes) {
    Map<String, List<Workload>> old = byName(before);
    Map<String, List<Workload>> now = byName(after);
    for (String name : union(old.keySet(), now.keySet())) {
      addVersions(old.getOrDefault(name, List.of()), now.getOrDefault(name, List.of()), changes);
    }
  }

  /** What changes in the entries of one name: one, or two while an update is under way. */
  private static void addVersions(
      List<Workload> before, List<Workload> after, List<Change> changes) {
    List<Workload> gone = without(before, after);
    List<Workload> come = without(after, before);
    for (Workload is : after) {
      before.stream()
          .filter(was -> was.initdataDigest().equals(is.initdataDigest()))
          .forEach(was -> addChanged(was, is, changes));
    }
    if (gone.size() == 1 && come.size() == 1) {
      addChanged(gone.getFirst(), come.getFirst(), changes);
      return;
    }
    for (Workload was : gone) {
      String which = before.size() == 1 ? "" : ", initdata " + was.initdataDigest().toHex();
      changes.add(workload(was, "removed" + which, was.isCoordinator()));
    }
    come.forEach(is -> changes.add(added(is)));
  }

  private static void addChanged(Workload was, Workload is, List<Change> changes) {
    boolean guarded = was.isCoordinator() || is.isCoordinator();
    List<String> words = differences(was, is);
    if (!words.isEmpty()) {
      changes.add(workload(is, String.join("; ", words), guarded));
    }
  }

  /** Those whose initdata is of none of the others. */
  private static List<Workload> without(List<Workload> some, List<Workload> others) {
    return some.stream()
        .filter(one ->
            others.stream().noneMatch(other -> other.initdataDigest().equals(one.initdataDigest())))
        .toList();
  }

  private static Map<String, List<Workload>> byName(Manifest manifest) {
    Map<String, List<Workload>> workloads = new LinkedHashMap<>();
    for (Workload workload : manifest.workloads()) {
      workloads.computeIfAbsent(workload.fullName(), _ -> new ArrayList<>()).add(workload);
    }
    return workloads;
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }

  private static Change added(Workload workload) {
    String words =
        "added, role "
            + workload.role().text()
            + ", initdata "
            + workload.initdataDigest().toHex()
            + ", proven by "
            + String.join(" or ", workload.referenceValues())
            + (workload.sans().isEmpty() ? "" : ", DNS names " + String.join(" ", workload.sans()))
            + (workload.secret().isEmpty() ? "" : ", secret " + workload.secret())
            + connections(workload);
    return workload(workload, words, workload.isCoordinator());
  }

  private static String connections(Workload workload) {
    StringBuilder words = new StringBuilder();
    for (String connection : ConnectionsDiff.words(workload.connections())) {
      words.append("; ").append(connection);
    }
    return words.toString();
  }

  private static Change workload(Workload workload, String words, boolean guarded) {
    return new Change("workload " + workload.fullName(), Printable.escape(words), guarded);
  }

  private static List<String> differences(Workload was, Workload is) {
    List<String> words = new ArrayList<>();
    if (!was.initdataDigest().equals(is.initdataDigest())) {
      words.add(
          "runs other initdata "
              + was.initdataDigest().toHex()
              + " -> "
              + is.initdataDigest().toHex());
    }
    if (was.role() != is.role()) {
      words.add("role " + was.role().text() + " -> " + is.role().text());
    }
    addLists("proven by", was.referenceValues(), is.referenceValues(), words);
    addLists("DNS names", was.sans(), is.sans(), words);
    if (!was.secret().equals(is.secret())) {
      words.add("secret " + orNone(was.secret()) + " -> " + orNone(is.secret()));
    }
    words.addAll(ConnectionsDiff.between(was.connections(), is.connections()));
    return words;
  }

  private static void addLists(String what, List<String> was, List<String> is, List<String> words) {
    if (!was.equals(is)) {
      words.add(what + " " + orNone(String.join(" ", was)) + " -> " + orNone(String.join(" ", is)));
    }
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "none" : text;
  }

  private static void addReferenceValues(Manifest before, Manifest after, List<Change> changes) {
    Map<String, ReferenceValue> old = before.referenceValues();
    Map<String, ReferenceValue> now = after.referenceValues();
    for (String name : union(old.keySet(), now.keySet())) {
      ReferenceValue was = old.get(name);
      ReferenceValue is = now.get(name);
      if (was == null && is != null) {
        changes.add(referenceValue(name, "added, " + about(is)));
      } else if (is == null) {
        changes.add(referenceValue(name, "removed"));
      } else if (was != null && !was.equals(is)) {
        changes.add(
            referenceValue(name, String.join("; ", fieldDifferences(was.toJson(), is.toJson()))));
      }
    }
  }

  private static Change referenceValue(String name, String words) {
    return new Change("reference value " + name, Printable.escape(words), true);
  }

  private static String about(ReferenceValue value) {
    return "image "
        + value.image()
        + ", root "
        + value.root().text()
        + ", "
        + machine(value)
        + ", launch digest "
        + value.launchDigest().toHex();
  }

  private static String machine(ReferenceValue value) {
    return switch (value) {
      case SnpReferenceValue snp -> snp.product().text();
      case TdxReferenceValue _ -> "TDX";
    };
  }

  private static List<String> fieldDifferences(Json.Obj was, Json.Obj is) {
    List<String> words = new ArrayList<>();
    for (String field : union(was.members().keySet(), is.members().keySet())) {
      Json old = was.members().get(field);
      Json now = is.members().get(field);
      if (!Objects.equals(old, now)) {
        words.add(
            field
                + " "
                + (old == null ? "strictest" : JsonWriter.canonical(old))
                + " -> "
                + (now == null ? "strictest" : JsonWriter.canonical(now)));
      }
    }
    return words;
  }

  private static String about(CertificateRules rules) {
    return "live " + rules.lifetime().toSeconds() + " s, grace " + rules.grace().toSeconds() + " s";
  }

  private static Change owners(Owners owners) {
    String words =
        "become "
            + owners.update().threshold()
            + " of "
            + owners.update().keys()
            + " for updates, "
            + owners.recovery().threshold()
            + " of "
            + owners.recovery().signers().keys()
            + " for recovery";
    return new Change("owners", words, true);
  }
}
