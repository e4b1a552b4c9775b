/**
 * From Kubernetes YAML to pod policies and the audit report.
 *
 * <p>{@link YamlDocuments} reads files strictly and keeps where everything is written. {@link
 * Generator} collects the objects, derives one pod policy per pod template, and writes the YAML
 * back with images pinned and the initdata in an annotation. {@link FieldTable} says of every field
 * of the pod API whether it is measured, left to the host, or refused: nothing in the YAML is
 * passed over in silence. {@link AuditReport} tells a reader what was decided.
 *
 * <p>Everything here is single-threaded and free of I/O except for the {@link ImageSource}.
 */
@NullMarked
package dev.cloister.kubernetes;

import org.jspecify.annotations.NullMarked;
