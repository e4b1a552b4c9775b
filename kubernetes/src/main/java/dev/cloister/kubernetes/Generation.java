package dev.cloister.kubernetes;

import java.util.List;

/**
 * What {@link Generator} makes of the files of a deployment.
 *
 * @param inputs the files as they were given
 * @param files the same files with images pinned and initdata in annotations, in the same order
 * @param workloads one for each pod template, in the order of the files
 * @param services the Services, in the order of the files
 * @param notes one line for each object that was passed through unread
 */
public record Generation(
    List<SourceFile> inputs,
    List<SourceFile> files,
    List<GeneratedWorkload> workloads,
    List<ServiceObject> services,
    List<String> notes) {

  public Generation {
    inputs = List.copyOf(inputs);
    files = List.copyOf(files);
    workloads = List.copyOf(workloads);
    services = List.copyOf(services);
    notes = List.copyOf(notes);
  }
}
