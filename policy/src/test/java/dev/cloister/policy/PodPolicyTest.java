package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cloister.encoding.Bytes;
import dev.cloister.encoding.JsonWriter;
import org.junit.jupiter.api.Test;

class PodPolicyTest {

  @Test
  void readsBackWhatItWrites() {
    PodPolicy policy = Policies.pod();
    assertThat(PodPolicy.parse(policy.toBytes())).isEqualTo(policy);
  }

  @Test
  void readsAnIndentedDocumentAsTheSamePolicy() {
    PodPolicy policy = Policies.pod();
    Bytes pretty = Bytes.ofUtf8(JsonWriter.pretty(policy.toJson()));
    assertThat(PodPolicy.parse(pretty)).isEqualTo(policy);
    assertThat(PodPolicy.parse(pretty).toBytes()).isEqualTo(policy.toBytes());
  }
}
