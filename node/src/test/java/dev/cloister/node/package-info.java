@NullMarked
package dev.cloister.node;

import org.jspecify.annotations.NullMarked;
