package dev.cloister.policy;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The capabilities of Linux (capabilities(7)); in the document without the prefix CAP_. */
public enum Capability implements Worded {
  AUDIT_CONTROL,
  AUDIT_READ,
  AUDIT_WRITE,
  BLOCK_SUSPEND,
  BPF,
  CHECKPOINT_RESTORE,
  CHOWN,
  DAC_OVERRIDE,
  DAC_READ_SEARCH,
  FOWNER,
  FSETID,
  IPC_LOCK,
  IPC_OWNER,
  KILL,
  LEASE,
  LINUX_IMMUTABLE,
  MAC_ADMIN,
  MAC_OVERRIDE,
  MKNOD,
  NET_ADMIN,
  NET_BIND_SERVICE,
  NET_BROADCAST,
  NET_RAW,
  PERFMON,
  SETFCAP,
  SETGID,
  SETPCAP,
  SETUID,
  SYSLOG,
  SYS_ADMIN,
  SYS_BOOT,
  SYS_CHROOT,
  SYS_MODULE,
  SYS_NICE,
  SYS_PACCT,
  SYS_PTRACE,
  SYS_RAWIO,
  SYS_RESOURCE,
  SYS_TIME,
  SYS_TTY_CONFIG,
  WAKE_ALARM;

  /** What containerd gives a container whose YAML adds and drops nothing. */
  public static final Set<Capability> DEFAULT =
      Collections.unmodifiableSet(
          EnumSet.of(
              AUDIT_WRITE,
              CHOWN,
              DAC_OVERRIDE,
              FOWNER,
              FSETID,
              KILL,
              MKNOD,
              NET_BIND_SERVICE,
              NET_RAW,
              SETFCAP,
              SETGID,
              SETPCAP,
              SETUID,
              SYS_CHROOT));

  /** The name without CAP_. */
  @Override
  public String word() {
    return name();
  }
}
