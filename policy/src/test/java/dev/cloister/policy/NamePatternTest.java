package dev.cloister.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NamePatternTest {

  private static void assertMatches(NamePattern pattern, String... names) {
    for (String name : names) {
      assertThat(pattern.matches(name)).as(name).isTrue();
    }
  }

  private static void assertRefuses(NamePattern pattern, String... names) {
    for (String name : names) {
      assertThat(pattern.matches(name)).as(name).isFalse();
    }
  }

  @Test
  void knowsAFixedName() {
    assertMatches(new NamePattern.Exact("kv"), "kv");
    assertRefuses(new NamePattern.Exact("kv"), "kv2", "k", "", "KV");
  }

  @Test
  void knowsAReplicaSetsPods() {
    NamePattern pattern = new NamePattern.Generated("kv-");
    assertMatches(pattern, "kv-x2x4z", "kv-bcdfg");
    assertRefuses(pattern, "kv-x2x4", "kv-x2x4zz", "kv-x2x4a", "kv-x2x41", "kw-x2x4z", "kvx2x4z");
  }

  @Test
  void cutsALongBaseAsKubernetesDoes() {
    String base = "a".repeat(70);
    NamePattern pattern = new NamePattern.Generated(base);
    assertMatches(pattern, "a".repeat(58) + "x2x4z");
    assertRefuses(pattern, "a".repeat(70) + "x2x4z", "a".repeat(57) + "x2x4z");
  }

  @Test
  void knowsADeploymentsPods() {
    NamePattern pattern = new NamePattern.Deployment("kv");
    assertMatches(pattern, "kv-5b8f7c9d4-x2x4z", "kv-7-x2x4z", "kv-5b8f7c9d4b-x2x4z");
    assertRefuses(
        pattern,
        "kv-x2x4z",
        "kv--x2x4z",
        "kv-5b8f7c9d4bb-x2x4z",
        "kv-5a8f7c9d4-x2x4z",
        "kv-5b8f7c9d4-x2x4",
        "kv2-5b8f7c9d4-x2x4z",
        "kv-5b8f7c9d4x2x4z",
        "");
  }

  @Test
  void knowsADeploymentsPodsWhoseNamesWereCut() {
    NamePattern longName = new NamePattern.Deployment("b".repeat(55));
    assertMatches(longName, "b".repeat(55) + "-5bx2x4z", "b".repeat(55) + "-5-x2x4z");
    assertRefuses(longName, "b".repeat(54) + "-5bbx2x4z", "b".repeat(55) + "-5x2x4z");
    assertMatches(new NamePattern.Deployment("b".repeat(60)), "b".repeat(58) + "x2x4z");
    assertRefuses(new NamePattern.Deployment("b".repeat(60)), "c".repeat(58) + "x2x4z");
  }

  @Test
  void knowsAStatefulSetsPods() {
    NamePattern pattern = new NamePattern.Ordinal("db", 1, 10);
    assertMatches(pattern, "db-1", "db-10");
    assertRefuses(pattern, "db-0", "db-11", "db-01", "db-", "db", "db-1x", "db-99999999999");
  }

  @Test
  void knowsAnIndexedJobsPods() {
    NamePattern pattern = new NamePattern.IndexedJob("job", 3);
    assertMatches(pattern, "job-0-x2x4z", "job-2-x2x4z");
    assertRefuses(pattern, "job-3-x2x4z", "job-x2x4z", "job-00-x2x4z", "job-0-x2x4");
  }

  @Test
  void knowsACronJobsPods() {
    NamePattern pattern = new NamePattern.CronJob("tick");
    assertMatches(pattern, "tick-29384756-x2x4z");
    assertRefuses(pattern, "tick-2938475-x2x4z", "tick-x2x4z", "tick-29384756x-x2x4z");
  }
}
