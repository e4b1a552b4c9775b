package dev.cloister.attestation;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.Json;
import dev.cloister.encoding.JsonBudget;
import dev.cloister.encoding.JsonFields;
import dev.cloister.encoding.JsonParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Real reports and certificates of other projects, read where they lie: the folder that the
 * environment variable or system property {@code CLOISTER_VECTORS} names, else {@code
 * ../shared/vectors} beside the repository. They are no part of the repository; where the folder is
 * absent, the tests made of it do not exist, and standard error says so.
 */
record Vectors(Path root) {

  private static final String NAME = "CLOISTER_VECTORS";
  private static final JsonBudget BUDGET = new JsonBudget(4 << 20, 16, 1 << 18);

  static Optional<Vectors> find() {
    String named = System.getProperty(NAME, System.getenv().getOrDefault(NAME, ""));
    Path folder = named.isEmpty() ? beside() : Path.of(named);
    if (Files.isDirectory(folder.resolve("derived"))) {
      return Optional.of(new Vectors(folder));
    }
    System.err.println(
        "No vendor vectors in " + folder + " (set " + NAME + "): their tests are left out.");
    return Optional.empty();
  }

  private static Path beside() {
    Path folder = Path.of("").toAbsolutePath();
    while (folder.getParent() != null) {
      if (Files.isDirectory(folder.resolve("../shared/vectors/derived"))) {
        break;
      }
      folder = folder.getParent();
    }
    return folder.resolve("../shared/vectors").normalize();
  }

  Bytes read(String path) {
    try {
      return Bytes.of(Files.readAllBytes(root.resolve(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Bytes certificate(String name) {
    return read("derived/certs/amd_" + name + ".der");
  }

  Node json(String path) {
    return new Node(JsonParser.parse(read(path), BUDGET));
  }

  /** A value of a file, taken apart by name. */
  record Node(Json json) {

    Node get(String name) {
      Json member = ((Json.Obj) json).members().get(name);
      return new Node(member == null ? new Json.Null() : member);
    }

    boolean isNull() {
      return json instanceof Json.Null;
    }

    String text(String name) {
      return JsonFields.asString(get(name).json, name);
    }

    int number(String name) {
      return (int) ((Json.Num) get(name).json).value();
    }

    List<Node> list(String name) {
      return ((Json.Arr) get(name).json).elements().stream().map(Node::new).toList();
    }
  }

  /** One report with what is expected of it. */
  record Report(String id, Bytes report, List<String> leaves, String at, Node expected) {

    String text(String name) {
      return expected.text(name);
    }
  }

  List<Report> reports() {
    Json.Arr all = (Json.Arr) json("derived/snp_expected.json").json();
    return all.elements().stream().map(json -> report(new Node(json))).toList();
  }

  private Report report(Node node) {
    return new Report(
        node.text("id"),
        read(node.text("report")),
        node.list("veks").stream().map(vek -> vek.text("file")).toList(),
        node.get("verify_at").isNull() ? "" : node.text("verify_at"),
        node);
  }

  Report report(String id) {
    return reports().stream().filter(report -> report.id().equals(id)).findFirst().orElseThrow();
  }

  /** The evidence of a report, with the vendor's authority for it. */
  SnpEvidence evidence(Report report) {
    String product = report.text("product").toLowerCase(java.util.Locale.ROOT);
    String authority = report.text("signing_key").equals("VLEK") ? "_asvk" : "_ask";
    return new SnpEvidence(
        report.report(),
        List.of(read(report.leaves().getFirst()), certificate(product + authority)),
        List.of());
  }
}
