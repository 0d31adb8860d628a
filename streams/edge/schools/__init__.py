"""Reference data of schools from files: DfE's register, session times, planned closures and terms."""
