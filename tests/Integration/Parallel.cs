// A fixture that may run beside others says so. Tests wait for servers and processes most of the time, so there are more of them at once
// than processors.
[assembly: LevelOfParallelism(4)]
