package dev.cloister.kubernetes;

import static dev.cloister.kubernetes.Samples.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.manifest.CertificateRules;
import dev.cloister.manifest.Connection;
import dev.cloister.manifest.Connections;
import dev.cloister.manifest.Manifest;
import dev.cloister.manifest.PodMesh;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** From annotations and Services to the graph of the manifest. */
class ConnectionsTest {

  private static final String CONNECTS_TO = "metadata.annotations[cloister.dev/connects-to]";
  private static final String EXTERNAL = "metadata.annotations[cloister.dev/external]";

  private static final String DB =
      """
      ---
      apiVersion: apps/v1
      kind: StatefulSet
      metadata: {name: store, namespace: data}
      spec:
        replicas: 2
        serviceName: pods
        template:
          metadata: {labels: {app: store}}
          spec:
            containers:
            - name: db
              image: registry.example/tool:1
              ports: [{name: sql, containerPort: 5432}, {containerPort: 514, protocol: UDP}]
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: db, namespace: data}
      spec: {selector: {app: store}, ports: [{port: 5000, targetPort: sql}, {port: 5432}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: pods, namespace: data}
      spec: {clusterIP: None, selector: {app: store}, ports: [{port: 80, targetPort: 5432}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: away, namespace: data}
      spec: {type: ExternalName, externalName: db.example.com}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: nobody, namespace: data}
      spec: {selector: {app: other}, ports: [{port: 1}]}
      """;

  /** A pod in namespace data whose first annotation is in line 7. */
  private static String caller(String... annotations) {
    return """
    apiVersion: v1
    kind: Pod
    metadata:
      name: web
      namespace: data
      annotations:
    ANNOTATIONS
    spec:
      containers:
      - {name: web, image: registry.example/tool:1}
    """
        .replace("ANNOTATIONS", String.join("\n", annotations).indent(4).stripTrailing());
  }

  private static Generation generate(String... annotations) {
    return Samples.generate(caller(annotations) + DB);
  }

  private static Connections connections(String... annotations) {
    return generate(annotations).workloads().getFirst().connections();
  }

  private static Connections to(String... wishes) {
    return connections("cloister.dev/connects-to: \"" + String.join(", ", wishes) + "\"");
  }

  @Test
  void followsAServiceToTheWorkloadAndItsPort() {
    assertThat(to("db:5000", "pods:5432").connectsTo())
        .containsExactly(
            new Connection("db", 5000, "data/store", 5432, "db.data.svc"),
            new Connection("pods", 5432, "data/store", 5432, "pods.data.svc"));
  }

  @ParameterizedTest
  @CsvSource({
    "db, db.data.svc",
    "db.data, db.data.svc",
    "db.data.svc, db.data.svc",
    "db.data.svc.cluster.local, db.data.svc",
    "pods, pods.data.svc",
    "store-1.pods, store-1.pods.data.svc",
    "store-1.pods.data, store-1.pods.data.svc",
    "store-0.pods.data.svc.cluster.local, store-0.pods.data.svc"
  })
  void knowsAllFormsOfANameAndAsksDnsForTheWhole(String name, String address) {
    Connection to = to(name + ":5432").connectsTo().getFirst();
    assertThat(to).isEqualTo(new Connection(name, 5432, "data/store", 5432, address));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cloister.dev/connects-to: db:5432, pods:5432",
        "cloister.dev/connects-to: |\n  - db:5432\n  - pods:5432",
        "cloister.dev/connects-to: |\n  db:5432,\n  pods:5432",
        "cloister.dev/connects-to: |\n  - db: 5432\n  - pods: 5432",
        "cloister.dev/connects-to: '[db:5432, pods:5432]'"
      })
  void readsEveryForm(String annotation) {
    assertThat(connections(annotation).connectsTo())
        .extracting(Connection::name)
        .containsExactly("db", "pods");
  }

  @Test
  void theManifestHoldsTheWholeGraphAndEachPodItsPart() {
    Generation generation =
        generate(
            "cloister.dev/connects-to: db:5432",
            "cloister.dev/external: api.example.com:443",
            "cloister.dev/inbound: |\n  - 8443: public\n  - 9000: plain");
    Manifest manifest =
        Manifest.create(
            Samples.deployment().pin(),
            generation.workloads().stream().map(w -> w.entry(List.of("one"))).toList(),
            Map.of("one", Samples.referenceValue()),
            CertificateRules.STANDARD);
    GeneratedWorkload store = generation.workloads().getLast();
    PodMesh mesh = PodMesh.of(manifest, "shop", store.initdata().digest());
    assertThat(mesh.offers().getFirst().callers())
        .extracting(caller -> caller.subject().toString())
        .containsExactly("CN=web,OU=data,O=shop");
    GeneratedWorkload web = generation.workloads().getFirst();
    assertThat(web.policy().pod().network().inbound()).isEmpty();
    assertThat(web.connections().inbound())
        .containsExactly(
            new InboundPort(8443, Protocol.TCP, InboundMode.PUBLIC),
            new InboundPort(9000, Protocol.TCP, InboundMode.PLAIN));
    assertThat(web.connections().external())
        .containsExactly(new PodMesh.External("api.example.com", 443));
  }

  @Test
  void theReportShowsWhoMayConnectToWhom() {
    Generation generation =
        generate(
            "cloister.dev/connects-to: db:5000",
            "cloister.dev/external: api.example.com:443",
            "cloister.dev/inbound: |\n  - 8443: public");
    String web = AuditReport.of(generation.workloads().getFirst(), List.of()).firstPage();
    assertThat(web)
        .contains("3 CONNECTIONS   as the manifest lists them; no others")
        .contains("from everyone, encrypted to port 8443/tcp")
        .contains("to db:5000, which only data/store may be (its port 5432)")
        .contains("to api.example.com:443, outside the deployment")
        .contains("W-EXTERNAL");
    assertThat(AuditReport.of(generation.workloads().getLast(), List.of()).firstPage())
        .contains("from data/web to port 5432/tcp");
  }

  @Test
  void aDeclaredPortIsOfTheMeshAndOpenToNobodyUntilSomebodyNamesIt() {
    GeneratedWorkload store = generate("other: x").workloads().getLast();
    assertThat(store.connections().inbound())
        .containsExactly(new InboundPort(5432, Protocol.TCP, InboundMode.MESH));
    assertThat(store.policy().pod().network().inbound()).isEmpty();
    assertThat(store.warnings())
        .filteredOn(warning -> warning.code() == WarningCode.CLOSED_PORT)
        .extracting(Warning::text)
        .singleElement()
        .asString()
        .startsWith("port 514/udp");
    assertThat(AuditReport.of(store, List.of()).text())
        .contains("from nobody to port 5432/tcp")
        .contains("let anyone connect to the pod");
  }

  @Test
  void connectionsAreTheManifestsAndLeaveTheMeasuredPolicyAlone() {
    assertThat(generate("cloister.dev/connects-to: db:5432").workloads().getFirst().policy())
        .isEqualTo(generate("other: x").workloads().getFirst().policy());
  }

  private static void assertPeerRefused(KubernetesError code, String wish, String detail) {
    assertRefused(code, "pod.yaml:7:31 " + CONNECTS_TO, detail, () -> to(wish));
  }

  @Test
  void refusesAHostThatNoWorkloadProvides() {
    KubernetesError unknown = KubernetesError.UNKNOWN_PEER;
    assertPeerRefused(unknown, "bd:1", "no Service of the files is called \"bd\"; there are: db,");
    assertPeerRefused(unknown, "db.other:1", "is called \"db.other\"");
    assertPeerRefused(unknown, "nobody:1", "no workload of the files has the labels");
    assertPeerRefused(unknown, "store-2.pods:5432", "StatefulSet/store has no pod \"store-2\"");
    assertPeerRefused(unknown, "store-0.db:5432", "is called \"store-0.db\"");
    assertPeerRefused(unknown, "away:5432", "name it in cloister.dev/external");
    assertRefused(
        unknown,
        "pod.yaml:7:31 " + CONNECTS_TO,
        "they hold no Service",
        () -> Samples.generate(caller("cloister.dev/connects-to: \"db:1\"")));
  }

  @Test
  void refusesTwoWorkloadsThatWouldBeOneIdentity() {
    String second = DB.substring(0, DB.indexOf("\n---", 4)).replace("StatefulSet", "Deployment");
    assertRefused(
        KubernetesError.DUPLICATE,
        "pod.yaml:46:1 metadata.name",
        "StatefulSet/store would have the same identity",
        () -> Samples.generate(caller("other: x") + DB + second.replace("serviceName: pods", "")));
  }

  @Test
  void refusesAHostBehindWhichTwoWorkloadsStand() {
    String second = DB.substring(0, DB.indexOf("\n---", 4)).replace("name: store,", "name: more,");
    assertRefused(
        KubernetesError.UNKNOWN_PEER,
        "pod.yaml:7:31 " + CONNECTS_TO,
        "leads to several workloads, but one must answer: StatefulSet/store, StatefulSet/more",
        () -> Samples.generate(caller("cloister.dev/connects-to: \"db:5432\"") + DB + second));
  }

  @Test
  void refusesAPortThatIsNotThere() {
    KubernetesError port = KubernetesError.PEER_PORT;
    assertPeerRefused(port, "db:1", "Service/db has no TCP port 1; there are: 5000, 5432");
    assertPeerRefused(port, "pods:80", "write their port, 5432");
    assertPeerRefused(port, "pods:81", "leads to port 81 of StatefulSet/store, which is not open");
    String closed = DB.replace("name: sql, ", "");
    assertRefused(
        port,
        "pod.yaml:7:31 " + CONNECTS_TO,
        "leads to port \"sql\", which no container has",
        () -> Samples.generate(caller("cloister.dev/connects-to: \"db:5000\"") + closed));
  }

  @Test
  void refusesAPeerThatCannotProveItself() {
    for (String[] change :
        new String[][] {
          {"annotations: {cloister.dev/join: \"false\"}", "does not join the deployment"},
          {"annotations: {cloister.dev/inbound: \"5432: plain\"}", "which is not open to workloads"}
        }) {
      String peer = DB.replace("labels: {app: store}", "labels: {app: store}, " + change[0]);
      assertRefused(
          KubernetesError.PEER_PORT,
          "pod.yaml:7:31 " + CONNECTS_TO,
          change[1],
          () -> Samples.generate(caller("cloister.dev/connects-to: \"db:5432\"") + peer));
    }
  }

  @Test
  void refusesOnePeerTwiceUnderWhateverName() {
    KubernetesError twice = KubernetesError.ANNOTATION_DUPLICATE;
    assertPeerRefused(twice, "db:5432, db:5432", "db:5432 stands twice");
    assertPeerRefused(twice, "db:5432, db.data:5432", "db.data:5432 is the same as db:5432");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "db",
        "db:",
        "db:0",
        "db:65536",
        "db:http",
        "DB:1",
        "10.0.0.1:80",
        "*.example:1",
        "localhost:1",
        ":1",
        "db:1,",
        "a b:1",
        "tcp://db:1"
      })
  void refusesWhatIsNoHostAndPort(String wish) {
    assertRefused(
        KubernetesError.ANNOTATION_SYNTAX, "pod.yaml:7:31 " + CONNECTS_TO, () -> to(wish));
    assertRefused(
        KubernetesError.ANNOTATION_SYNTAX,
        "pod.yaml:7:28 " + EXTERNAL,
        () -> connections("cloister.dev/external: \"" + wish + "\""));
  }

  @Test
  void namesTheLineOfAList() {
    assertRefused(
        KubernetesError.UNKNOWN_PEER,
        "pod.yaml:9:1 " + CONNECTS_TO,
        () -> connections("cloister.dev/connects-to: |\n  - db:5432\n  - cache:11211"));
  }

  @Test
  void refusesAServiceOfTheFilesAsAHostOutside() {
    assertRefused(
        KubernetesError.ANNOTATION_CONTRADICTION,
        "pod.yaml:7:28 " + EXTERNAL,
        "name it in cloister.dev/connects-to",
        () -> connections("cloister.dev/external: \"db.data.svc.cluster.local:5432\""));
  }

  @Test
  void refusesConnectionsOfAPodThatDoesNotJoin() {
    for (String annotation :
        List.of(
            "cloister.dev/connects-to: db:5432",
            "cloister.dev/external: api.example.com:443",
            "cloister.dev/inbound: \"80\"",
            "cloister.dev/inbound: \"80: public\"")) {
      Samples.assertCode(
          KubernetesError.ANNOTATION_CONTRADICTION,
          () -> generate("cloister.dev/join: \"false\"", annotation));
    }
  }

  @Test
  void refusesUdpInTheMesh() {
    Samples.assertCode(
        KubernetesError.ANNOTATION_CONTRADICTION,
        () -> generate("cloister.dev/inbound: \"53/udp\""));
  }

  @Test
  void refusesMorePeersThanAManifestTakes() {
    StringBuilder hosts = new StringBuilder("a:1");
    for (int port = 2; port <= Connections.MAX; port++) {
      hosts.append(",a:").append(port);
    }
    assertThat(connections("cloister.dev/external: \"" + hosts + "\"").external())
        .hasSize(Connections.MAX);
    Samples.assertCode(
        KubernetesError.ANNOTATION_SYNTAX,
        () -> connections("cloister.dev/external: \"" + hosts + ",b:1\""));
  }
}
