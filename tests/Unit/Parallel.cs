// Each fixture has its own store and its own bus.
[assembly: Parallelizable(ParallelScope.Fixtures)]
