//! What do these words say? A pure function of text and the codes in force.
