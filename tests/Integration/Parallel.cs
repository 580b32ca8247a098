// Fixtures that may run beside others say so. Most of their time they wait for servers and processes, so more of them than processors get
// on.
[assembly: LevelOfParallelism(4)]
