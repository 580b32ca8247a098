using Orchestrator.Local;
using Orchestrator.Local.Runs;

return await CommandLine.Run(args, LocalRun.Process, Console.Out, Console.Error);
