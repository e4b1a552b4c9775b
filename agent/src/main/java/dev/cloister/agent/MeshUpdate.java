package dev.cloister.agent;

import dev.cloister.manifest.PodMesh;
import java.time.Duration;
import java.util.List;

/**
 * What one join says about the mesh.
 *
 * @param graph the pod's own part, from the manifest that the agent verified
 * @param credentials certificate and key
 * @param generations whose certificates are accepted, newest first
 * @param grace how long one is accepted after the next one has come
 */
record MeshUpdate(
    PodMesh graph, Credentials credentials, List<MeshGeneration> generations, Duration grace) {
  MeshUpdate {
    generations = List.copyOf(generations);
  }
}
