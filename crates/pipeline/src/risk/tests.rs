//! What must hold of the models of a whole day.
