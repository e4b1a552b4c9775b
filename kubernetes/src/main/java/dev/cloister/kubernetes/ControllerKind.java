package dev.cloister.kubernetes;

import java.util.Optional;

/** Kinds of objects that make pods from a template, and the form of their specification. */
public enum ControllerKind {
  /** A single pod. */
  POD("v1", "Pod", "PodSpec"),
  /** Pods named {@code NAME-<hash>-<5>}. */
  DEPLOYMENT("apps/v1", "Deployment", "DeploymentSpec"),
  /** Pods named {@code NAME-<5>}. */
  REPLICA_SET("apps/v1", "ReplicaSet", "ReplicaSetSpec"),
  /** Pods named {@code NAME-<5>}. */
  REPLICATION_CONTROLLER("v1", "ReplicationController", "ReplicaSetSpec"),
  /** Pods named {@code NAME-<n>}. */
  STATEFUL_SET("apps/v1", "StatefulSet", "StatefulSetSpec"),
  /** Pods named {@code NAME-<5>}. */
  DAEMON_SET("apps/v1", "DaemonSet", "DaemonSetSpec"),
  /** Pods named {@code NAME-<5>}. */
  JOB("batch/v1", "Job", "JobSpec"),
  /** Pods named {@code NAME-<minutes>-<5>}. */
  CRON_JOB("batch/v1", "CronJob", "CronJobSpec");

  private final String apiVersion;
  private final String kind;
  private final String specType;

  ControllerKind(String apiVersion, String kind, String specType) {
    this.apiVersion = apiVersion;
    this.kind = kind;
    this.specType = specType;
  }

  /** The API version that is read, for example {@code apps/v1}. */
  public String apiVersion() {
    return apiVersion;
  }

  /** The kind as Kubernetes calls it, for example {@code Deployment}. */
  public String kind() {
    return kind;
  }

  /** The type of its {@code spec} in the {@link FieldTable}. */
  String specType() {
    return specType;
  }

  /** The kind of this name, in whatever API version. */
  static Optional<ControllerKind> of(String kind) {
    for (ControllerKind candidate : values()) {
      if (candidate.kind.equals(kind)) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }
}
