package dev.cloister.policy;

import java.util.ArrayList;
import java.util.List;

/**
 * System calls by what they touch (syscalls(2) and the page of each; names as libseccomp has them,
 * those of the 32-bit tables too). Part of {@code runtimeDefault/1}: never changed, only followed
 * by a second version.
 */
final class SystemCalls {

  private static final String FILES =
      "access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3"
          + " faccessat faccessat2 fadvise64 fadvise64_64 fallocate fchdir fchmod fchmodat"
          + " fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync fgetxattr flistxattr"
          + " flock fremovexattr fsetxattr fstat fstat64 fstatat64 fstatfs fstatfs64 fsync"
          + " ftruncate ftruncate64 futimesat getcwd getdents getdents64 getxattr getxattrat"
          + " inotify_add_watch inotify_init inotify_init1 inotify_rm_watch ioctl lchown lchown32"
          + " lgetxattr link linkat listxattr listxattrat llistxattr lremovexattr lseek _llseek"
          + " lsetxattr lstat lstat64 mkdir mkdirat mknod mknodat mmap mmap2 name_to_handle_at"
          + " newfstatat open openat openat2 pread64 preadv preadv2 pwrite64 pwritev pwritev2"
          + " read readahead readlink readlinkat readv removexattr removexattrat rename renameat"
          + " renameat2 rmdir sendfile sendfile64 setxattr setxattrat splice stat stat64 statfs"
          + " statfs64 statmount listmount statx symlink symlinkat sync sync_file_range syncfs"
          + " tee truncate truncate64 ugetrlimit umask unlink unlinkat utime utimensat"
          + " utimensat_time64 utimes vmsplice write writev cachestat fanotify_mark";

  private static final String MEMORY =
      "brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2"
          + " mlockall modify_ldt mprotect mremap mseal msync munlock munlockall munmap"
          + " pkey_alloc pkey_free pkey_mprotect process_mrelease remap_file_pages"
          + " set_thread_area get_thread_area";

  private static final String PROCESSES =
      "arch_prctl capget capset execve execveat exit exit_group fork futex futex_requeue"
          + " futex_time64 futex_wait futex_waitv futex_wake get_robust_list getcpu getegid"
          + " getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getpgid getpgrp"
          + " getpid getppid getpriority getresgid getresgid32 getresuid getresuid32 getrlimit"
          + " getrusage getsid gettid getuid getuid32 ioprio_get ioprio_set kill"
          + " landlock_add_rule landlock_create_ruleset landlock_restrict_self pidfd_open"
          + " pidfd_send_signal prctl prlimit64 process_vm_readv process_vm_writev ptrace"
          + " restart_syscall rseq sched_get_priority_max sched_get_priority_min"
          + " sched_getaffinity sched_getattr sched_getparam sched_getscheduler"
          + " sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity"
          + " sched_setattr sched_setparam sched_setscheduler sched_yield seccomp setfsgid"
          + " setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setpgid"
          + " setpriority setregid setregid32 setresgid setresgid32 setresuid setresuid32"
          + " setreuid setreuid32 setrlimit set_robust_list setsid set_tid_address setuid"
          + " setuid32 sysinfo tgkill tkill uname vfork wait4 waitid waitpid";

  private static final String SIGNALS =
      "alarm pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn"
          + " rt_sigsuspend rt_sigtimedwait rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaltstack"
          + " signal signalfd signalfd4 sigprocmask sigreturn";

  private static final String TIME =
      "adjtimex clock_adjtime clock_adjtime64 clock_getres clock_getres_time64 clock_gettime"
          + " clock_gettime64 clock_nanosleep clock_nanosleep_time64 getitimer gettimeofday"
          + " nanosleep setitimer time timer_create timer_delete timer_getoverrun timer_gettime"
          + " timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime"
          + " timerfd_gettime64 timerfd_settime timerfd_settime64 times";

  private static final String WAITING =
      "epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait"
          + " epoll_wait_old eventfd eventfd2 io_cancel io_destroy io_getevents io_pgetevents"
          + " io_pgetevents_time64 io_setup io_submit _newselect poll ppoll ppoll_time64 pselect6"
          + " pselect6_time64 select";

  private static final String COMMUNICATION =
      "accept accept4 bind connect getpeername getrandom getsockname getsockopt ipc listen"
          + " mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64"
          + " mq_timedsend mq_timedsend_time64 mq_unlink msgctl msgget msgrcv msgsnd pipe pipe2"
          + " recv recvfrom recvmmsg recvmmsg_time64 recvmsg semctl semget semop semtimedop"
          + " semtimedop_time64 send sendmmsg sendmsg sendto setsockopt shmat shmctl shmdt"
          + " shmget shutdown socketcall socketpair";

  /** What every container may call. */
  static final List<String> FOR_ALL =
      names(
          FILES
              + " "
              + MEMORY
              + " "
              + PROCESSES
              + " "
              + SIGNALS
              + " "
              + TIME
              + " "
              + WAITING
              + " "
              + COMMUNICATION);

  private SystemCalls() {}

  /** What a container with this capability may call besides. */
  static List<String> guardedBy(Capability capability) {
    String names =
        switch (capability) {
          case BPF -> "bpf";
          case DAC_READ_SEARCH -> "open_by_handle_at";
          case PERFMON -> "perf_event_open";
          case SYSLOG -> "syslog";
          case SYS_ADMIN ->
              "bpf clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie mount"
                  + " mount_setattr move_mount open_tree open_tree_attr perf_event_open pivot_root"
                  + " quotactl quotactl_fd setdomainname sethostname setns syslog umount umount2"
                  + " unshare";
          case SYS_BOOT -> "reboot";
          case SYS_CHROOT -> "chroot";
          case SYS_MODULE -> "delete_module finit_module init_module";
          case SYS_NICE ->
              "get_mempolicy mbind migrate_pages move_pages set_mempolicy"
                  + " set_mempolicy_home_node";
          case SYS_PACCT -> "acct";
          case SYS_PTRACE -> "kcmp pidfd_getfd process_madvise";
          case SYS_RAWIO -> "ioperm iopl";
          case SYS_TIME -> "clock_settime clock_settime64 settimeofday stime";
          case SYS_TTY_CONFIG -> "vhangup";
          case AUDIT_CONTROL,
              AUDIT_READ,
              AUDIT_WRITE,
              BLOCK_SUSPEND,
              CHECKPOINT_RESTORE,
              CHOWN,
              DAC_OVERRIDE,
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
              SETFCAP,
              SETGID,
              SETPCAP,
              SETUID,
              SYS_RESOURCE,
              WAKE_ALARM ->
              "";
        };
    return names.isEmpty() ? List.of() : names(names);
  }

  private static List<String> names(String joined) {
    List<String> names = new ArrayList<>();
    int at = 0;
    while (at >= 0) {
      int blank = joined.indexOf(' ', at);
      names.add(joined.substring(at, blank < 0 ? joined.length() : blank));
      at = blank < 0 ? -1 : blank + 1;
    }
    return List.copyOf(names);
  }
}
