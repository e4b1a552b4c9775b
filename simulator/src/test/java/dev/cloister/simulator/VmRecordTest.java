package dev.cloister.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.attestation.TdMeasurements;
import dev.cloister.encoding.Bytes;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmRecordTest {

  @TempDir Path directory;

  private VmRecord record(long started) {
    MeasuredLaunch launch = new MeasuredLaunch(Bytes.zeros(48), Bytes.zeros(32), Bytes.zeros(32));
    return new VmRecord("a", launch, ProcessHandle.current().pid(), started, directory);
  }

  @Test
  void isReadAsItWasWritten() {
    VmRecord record = record(17);
    record.write(directory.resolve("a.json"));
    assertThat(VmRecord.read(directory.resolve("a.json"))).isEqualTo(record);
  }

  @Test
  void remembersTdsToo() {
    Bytes zero = Bytes.zeros(48);
    MeasuredTd td =
        new MeasuredTd(
            new TdMeasurements(Bytes.ofUtf8("td").sha384(), List.of(zero, zero, zero, zero)),
            Bytes.zeros(32));
    VmRecord record = new VmRecord("b", td, 1, 2, directory);
    record.write(directory.resolve("b.json"));
    assertThat(VmRecord.read(directory.resolve("b.json"))).isEqualTo(record);
  }

  @Test
  void findsItsProcessOnlyWhereItStartedAtThatTime() {
    long started = VmRecord.startOf(ProcessHandle.current().pid());
    assertThat(started).isPositive();
    assertThat(record(started).process()).isPresent();
    assertThat(record(started + 1).process()).isEmpty();
  }
}
