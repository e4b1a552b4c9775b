package dev.cloister.manifest;

import static dev.cloister.manifest.Documents.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.EncodingError;
import dev.cloister.encoding.ErrorCode;
import dev.cloister.policy.InboundMode;
import dev.cloister.policy.InboundPort;
import dev.cloister.policy.Protocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may call whom, as a manifest says it and as one pod sees it. */
class PodMeshTest {

  private static final Deployment DEPLOYMENT = Documents.deployment();
  private static final InboundPort REDIS = new InboundPort(6379, Protocol.TCP, InboundMode.MESH);
  private static final InboundPort HTTPS = new InboundPort(8443, Protocol.TCP, InboundMode.PUBLIC);
  private static final InboundPort SYSLOG = new InboundPort(514, Protocol.UDP, InboundMode.PLAIN);
  private static final Connection TO_DB =
      new Connection("db", 6379, "default/db", 6379, "db.default.svc");

  private static final Workload WEB =
      workload("web", new Connections(List.of(HTTPS, SYSLOG), List.of(TO_DB), List.of()));
  private static final Workload DB =
      workload("db", new Connections(List.of(REDIS), List.of(), List.of()));

  private static Workload workload(String name, Connections connections) {
    return Documents.workload(name, WorkloadRole.WORKLOAD).withConnections(connections);
  }

  private static Workload connecting(Connection... connections) {
    return workload("web", new Connections(List.of(), List.of(connections), List.of()));
  }

  private static Manifest manifest(Workload... workloads) {
    return Manifest.create(
        DEPLOYMENT.pin(),
        List.of(workloads),
        Map.of("snp", Documents.referenceValue("guest")),
        CertificateRules.STANDARD);
  }

  private static PodMesh meshOf(Workload workload, Workload... workloads) {
    return PodMesh.of(manifest(workloads), "shop", workload.initdataDigest());
  }

  private static String at(String name, String field) {
    return "workloads[" + Bytes.ofUtf8(name).sha256().toHex() + "]." + field;
  }

  @Test
  void theGraphReadsBackAsItWasMade() {
    PodMesh.External api = new PodMesh.External("api.example.com", 443);
    Workload worker = workload("worker", new Connections(List.of(), List.of(TO_DB), List.of(api)));
    Manifest made = manifest(WEB, DB, worker);
    assertThat(Manifest.parse(made.document()).workloads()).containsExactly(WEB, DB, worker);
  }

  @Test
  void aManifestWithoutConnectionsLooksAsItDidBefore() {
    assertThat(manifest(Documents.workload("kv", WorkloadRole.WORKLOAD)).document().toUtf8())
        .doesNotContain("inbound", "connectsTo", "external");
  }

  @Test
  void aPodLearnsWhoMayCallIt() {
    Workload other = workload("other", new Connections(List.of(REDIS), List.of(), List.of()));
    PodMesh mesh = meshOf(DB, WEB, DB, other);
    assertThat(mesh.subject()).hasToString("CN=db,OU=default,O=shop");
    assertThat(mesh.identity()).hasToString("db.default.shop.id.cloister.internal");
    PodMesh.Caller web =
        new PodMesh.Caller(
            new SubjectName("web", "default", "shop"), new IdentityName("web", "default", "shop"));
    assertThat(mesh.offers())
        .containsExactly(new PodMesh.Offer(6379, Protocol.TCP, InboundMode.MESH, List.of(web)));
    assertThat(meshOf(other, WEB, DB, other).offers().getFirst().callers()).isEmpty();
  }

  @Test
  void aCallerOfOnePortMayNotCallAnother() {
    InboundPort sentinel = new InboundPort(26379, Protocol.TCP, InboundMode.MESH);
    Workload db = workload("db", new Connections(List.of(REDIS, sentinel), List.of(), List.of()));
    assertThat(meshOf(db, WEB, db).offers().getLast().callers()).isEmpty();
  }

  @Test
  void aPodLearnsWhomItMayCall() {
    PodMesh mesh = meshOf(WEB, WEB, DB);
    assertThat(mesh.calls())
        .containsExactly(
            new PodMesh.Call(
                "db",
                6379,
                "db.default.svc",
                6379,
                new IdentityName("db", "default", "shop"),
                "default/db"));
    assertThat(mesh.offers())
        .containsExactly(
            new PodMesh.Offer(8443, Protocol.TCP, InboundMode.PUBLIC, List.of()),
            new PodMesh.Offer(514, Protocol.UDP, InboundMode.PLAIN, List.of()));
  }

  @Test
  void twoVersionsOfAWorkloadAreOneIdentity() {
    Workload oldDb = workload("db", Connections.NONE);
    Workload newDb =
        new Workload(
                Bytes.ofUtf8("db, next version").sha256(),
                "db",
                "default",
                WorkloadRole.WORKLOAD,
                List.of("snp"),
                List.of(),
                "")
            .withConnections(DB.connections());
    Workload newWeb =
        Workload.plain(
            Bytes.ofUtf8("web, next version").sha256(),
            "web",
            "default",
            WorkloadRole.WORKLOAD,
            List.of("snp"));
    PodMesh next = meshOf(newDb, WEB, newWeb, oldDb, newDb);
    assertThat(next.offers().getFirst().callers()).hasSize(1);
    PodMesh old = meshOf(oldDb, WEB, newWeb, oldDb, newDb);
    assertThat(old.offers()).isEmpty();
    assertThat(old.identity()).isEqualTo(next.identity());
  }

  @Test
  void refusesAPodThatIsNotListed() {
    assertRefused(ManifestError.NOT_LISTED, "workloads", () -> meshOf(DB, WEB_ALONE));
  }

  private static final Workload WEB_ALONE = workload("web", Connections.NONE);

  @Test
  void refusesAConnectionToAWorkloadThatIsNotThere() {
    assertRefused(
        ManifestError.UNKNOWN_PEER, at("web", "connectsTo[0].workload"), () -> manifest(WEB));
  }

  @Test
  void refusesAConnectionToAPortThatIsNotOfTheMesh() {
    for (InboundPort port :
        List.of(
            new InboundPort(6380, Protocol.TCP, InboundMode.MESH),
            new InboundPort(6379, Protocol.TCP, InboundMode.PLAIN),
            new InboundPort(6379, Protocol.UDP, InboundMode.PLAIN))) {
      Workload db = workload("db", new Connections(List.of(port), List.of(), List.of()));
      assertRefused(
          ManifestError.PORT_NOT_OFFERED,
          at("web", "connectsTo[0].targetPort"),
          () -> manifest(WEB, db));
    }
  }

  @Test
  void refusesAPortTwice() {
    InboundPort open = new InboundPort(6379, Protocol.TCP, InboundMode.PLAIN);
    assertRefused(
        ManifestError.PORT_TWICE,
        at("db", "inbound[1]"),
        () -> workload("db", new Connections(List.of(REDIS, open), List.of(), List.of())));
  }

  @Test
  void refusesTwoNamesThatAreOneService() {
    for (String other : List.of("db", "db.default", "db.default.svc")) {
      Connection twice = new Connection(other, 6379, "default/other", 1, "other.default.svc");
      assertRefused(
          ManifestError.PORT_TWICE, at("web", "connectsTo[1]"), () -> connecting(TO_DB, twice));
      assertRefused(
          ManifestError.PORT_TWICE,
          at("web", "external[0]"),
          () ->
              workload(
                  "web",
                  new Connections(
                      List.of(), List.of(TO_DB), List.of(new PodMesh.External(other, 6379)))));
    }
  }

  @Test
  void refusesUdpInTheMesh() {
    for (InboundMode mode : List.of(InboundMode.MESH, InboundMode.PUBLIC)) {
      InboundPort udp = new InboundPort(53, Protocol.UDP, mode);
      assertRefused(
          ManifestError.BAD_INBOUND,
          at("web", "inbound[0].mode"),
          () -> workload("web", new Connections(List.of(udp), List.of(), List.of())));
    }
  }

  @Test
  void refusesHostsThatAreNoNames() {
    for (String host :
        List.of(
            "",
            "10.0.0.1",
            "*.example",
            "DB",
            "a b",
            "db\n127.0.0.1 api",
            "localhost",
            "x.localhost",
            "a.default.shop.id.cloister.internal")) {
      assertRefused(
          ManifestError.BAD_HOST,
          at("web", "connectsTo[0].name"),
          () -> connecting(new Connection(host, 1, "default/db", 1, "db.default.svc")));
      assertRefused(
          ManifestError.BAD_HOST,
          at("web", "connectsTo[0].address"),
          () -> connecting(new Connection("db", 1, "default/db", 1, host)));
      PodMesh.External external = new PodMesh.External(host, 443);
      assertRefused(
          ManifestError.BAD_HOST,
          at("web", "external[0].host"),
          () -> workload("web", new Connections(List.of(), List.of(), List.of(external))));
    }
  }

  @Test
  void refusesPortsOutOfRangeAndUnknownWords() {
    String text = manifest(WEB, DB).document().toUtf8();
    for (String[] change :
        new String[][] {
          {"\"targetPort\": 6379", "\"targetPort\": 65536", "web", "connectsTo[0].targetPort"},
          {"\"port\": 8443", "\"port\": 0", "web", "inbound[0].port"},
          {"\"mode\": \"public\"", "\"mode\": \"open\"", "web", "inbound[0].mode"},
          {"\"protocol\": \"udp\"", "\"protocol\": \"sctp\"", "web", "inbound[1].protocol"}
        }) {
      assertThat(text).contains(change[0]);
      assertRefused(
          EncodingError.JSON_WRONG_TYPE,
          at(change[2], change[3]),
          () -> Manifest.parse(Bytes.ofUtf8(text.replace(change[0], change[1]))));
    }
  }

  @Test
  void refusesAFieldOfAConnectionThatItDoesNotKnow() {
    String text = manifest(WEB, DB).document().toUtf8();
    assertRefused(
        EncodingError.JSON_UNKNOWN_FIELD,
        at("web", "connectsTo[0].tls"),
        () ->
            Manifest.parse(
                Bytes.ofUtf8(text.replace("\"name\": \"db\",\n          \"port\"", TLS_FIRST))));
  }

  private static final String TLS_FIRST = "\"tls\": false, \"name\": \"db\", \"port\"";

  @Test
  void takesAsManyConnectionsAsTheLimitAndNoMore() {
    List<PodMesh.External> hosts = new ArrayList<>();
    List<InboundPort> ports = new ArrayList<>();
    List<Connection> calls = new ArrayList<>();
    for (int i = 1; i <= Connections.MAX; i++) {
      hosts.add(new PodMesh.External("api.example", i));
      ports.add(new InboundPort(i, Protocol.TCP, InboundMode.MESH));
      calls.add(new Connection("self", i, "default/web", i, "web.default.svc"));
    }
    Workload most = workload("web", new Connections(ports, calls, hosts));
    assertThat(Manifest.parse(manifest(most).document()).workloads()).containsExactly(most);
    hosts.add(new PodMesh.External("api.example", 65_535));
    assertOverLimit("external", new Connections(List.of(), List.of(), hosts));
    ports.add(REDIS);
    assertOverLimit("inbound", new Connections(ports, List.of(), List.of()));
    calls.addAll(Collections.nCopies(1, TO_DB));
    assertOverLimit("connectsTo", new Connections(List.of(), calls, List.of()));
  }

  private static void assertOverLimit(String field, Connections connections) {
    ErrorCode code = EncodingError.BUDGET_EXCEEDED;
    assertRefused(code, at("web", field), () -> workload("web", connections));
  }

  @Test
  void aCoordinatorHasNoPartInTheMesh() {
    Workload coordinator = Documents.workload("web", WorkloadRole.COORDINATOR);
    assertRefused(
        ManifestError.COORDINATOR_IN_MESH,
        "workloads[" + coordinator.initdataDigest().toHex() + "]",
        () -> coordinator.withConnections(WEB.connections()));
  }
}
