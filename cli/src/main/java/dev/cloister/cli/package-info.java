/**
 * The {@code cloister} command line.
 *
 * <p>Each command is one class that reads its options, calls the module that does the work, and
 * prints. Results go to standard output (text, or with {@code -o json} one JSON document); progress
 * and errors go to standard error. Exit codes: 0 done, 1 refused or not trusted, 2 wrong use, 3 the
 * machine lacks something, 4 could not decide, 70 a bug.
 *
 * <p>A command runs in the main thread; progress lines are written by one virtual thread that ends
 * with the work it speaks of.
 */
@NullMarked
package dev.cloister.cli;

import org.jspecify.annotations.NullMarked;
