package dev.cloister.agent;

import java.util.concurrent.ThreadFactory;

/**
 * Where threads are made: platform ones, which may block natively, and which end with the agent.
 */
final class AgentThreads implements ThreadFactory {

  private final String name;

  AgentThreads(String name) {
    this.name = name;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(null, task, name, 256 * 1024L);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts a thread. */
  static Thread start(String name, Runnable task) {
    Thread thread = new AgentThreads(name).newThread(task);
    thread.start();
    return thread;
  }
}
