package dev.cloister.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cloister.attestation.Evidence;
import dev.cloister.attestation.EvidenceType;
import dev.cloister.attestation.TdMeasurements;
import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.CloisterException;
import dev.cloister.manifest.Deployment;
import dev.cloister.manifest.EncryptionKey;
import dev.cloister.manifest.Initdata;
import dev.cloister.manifest.InitdataDisk;
import dev.cloister.manifest.Mode;
import dev.cloister.manifest.OwnerKey;
import dev.cloister.manifest.Owners;
import dev.cloister.manifest.Quorum;
import dev.cloister.manifest.RecoveryOwner;
import dev.cloister.manifest.RecoveryQuorum;
import dev.cloister.simulator.SimulatedTdxVendor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The agent's first check, against a report that comes as the kernel gives it. */
@Timeout(30)
class InitdataReaderTest {

  @TempDir private Path root;
  private Initdata initdata;
  private FakeTsm tsm;

  @BeforeEach
  void makeMachine() throws Exception {
    RecoveryOwner recovery =
        new RecoveryOwner(signingKey(), EncryptionKey.of(publicKey("X25519"), "key"));
    Owners owners =
        new Owners(new Quorum(1, List.of(signingKey())), new RecoveryQuorum(1, List.of(recovery)));
    Bytes nonce = Bytes.ofUtf8("0123456789abcdef0123456789abcdef");
    Deployment deployment = Deployment.create("shop", nonce, Mode.HARDWARE, owners);
    initdata = Initdata.create(deployment, Bytes.ofUtf8("{}"));
    Path block = Files.createDirectories(root.resolve("sys/block/vdb"));
    Files.writeString(block.resolve("serial"), InitdataReader.SERIAL);
    tsm = new FakeTsm(root.resolve("reports"));
  }

  private static OwnerKey signingKey() throws Exception {
    return OwnerKey.of(publicKey("Ed25519"), "key");
  }

  private static Bytes publicKey(String algorithm) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    return Bytes.of(generator.generateKeyPair().getPublic().getEncoded());
  }

  private void disk(Bytes content) throws Exception {
    Path device = root.resolve("dev/vdb");
    Files.createDirectories(device.getParent());
    Files.write(device, content.toArray());
  }

  private Initdata read() {
    return InitdataReader.read(
        new Machine(root.toString()), new TsmEvidence(root.resolve("reports").toString()));
  }

  /** An SNP report of version 2 with these two fields. */
  private static Bytes report(Bytes reportData, Bytes hostData) {
    ByteBuffer report = ByteBuffer.allocate(0x4a0).order(ByteOrder.LITTLE_ENDIAN);
    report.putInt(0, 2).putInt(0x34, 1);
    report.put(0x50, reportData.toArray()).put(0xc0, hostData.toArray());
    return Bytes.of(report.array());
  }

  private void refuses(AgentError code, String detail) {
    assertThatThrownBy(this::read)
        .isInstanceOfSatisfying(
            CloisterException.class,
            e -> {
              assertThat(e.code()).isEqualTo(code);
              assertThat(e.detail()).contains(detail);
            });
  }

  @Test
  void takesTheInitdataThatTheEvidenceNames() throws Exception {
    disk(InitdataDisk.write(initdata.document()));
    tsm.answer(data -> report(data, initdata.digest()), 1);
    assertThat(read()).isEqualTo(initdata);
  }

  @Test
  void refusesADiskSwappedAfterMeasuring() throws Exception {
    Bytes other = Bytes.concat(initdata.document(), Bytes.ofUtf8(" "));
    disk(InitdataDisk.write(other));
    tsm.answer(data -> report(data, initdata.digest()), 1);
    refuses(AgentError.INITDATA_MISMATCH, initdata.digest().toHex());
  }

  @Test
  void refusesAReportOfAnotherRequest() throws Exception {
    disk(InitdataDisk.write(initdata.document()));
    tsm.answer(data -> report(data.reversed(), initdata.digest()), 1);
    refuses(AgentError.EVIDENCE, "another request");
  }

  @Test
  void refusesADiskThatIsCutShort() throws Exception {
    Bytes whole = InitdataDisk.write(initdata.document());
    disk(whole.slice(0, InitdataDisk.HEADER_SIZE + 10));
    refuses(AgentError.INITDATA_MISMATCH, "cut short");
  }

  @Test
  void readsNothingOfADocumentThatIsNotTheMeasuredOne() throws Exception {
    disk(InitdataDisk.write(Bytes.ofUtf8("no JSON at all")));
    tsm.answer(data -> report(data, initdata.digest()), 1);
    refuses(AgentError.INITDATA_MISMATCH, "the disk holds");
  }

  /** Quotes of TDX come from the simulated platform's port. */
  @Test
  void evidenceOfATdNamesTheInitdataInItsConfigurationId() {
    Bytes zero = Bytes.zeros(48);
    SimulatedTdxVendor vendor =
        SimulatedTdxVendor.open(root.resolve("vendor"), InstantSource.system(), new SecureRandom());
    Bytes quote =
        vendor.quote(
            new TdMeasurements(initdata.digest().sha384(), List.of(zero, zero, zero, zero)),
            initdata.digest(),
            Bytes.zeros(64));
    EvidenceSource.Raw raw =
        new EvidenceSource.Raw(EvidenceType.of(quote), quote, vendor.collateral().toBytes());
    Evidence evidence = Evidence.of(raw.type(), raw.report(), raw.certificates());
    assertThat(raw.type()).isEqualTo(EvidenceType.TDX);
    assertThat(evidence.claimsInitdata(initdata.digest())).isTrue();
    assertThat(evidence.claimsInitdata(Bytes.zeros(32))).isFalse();
    assertThat(evidence.claimedReportData()).isEqualTo(Bytes.zeros(64));
  }
}
