using Orchestrator.Simulation;
using Orchestrator.Tests.Simulation;

return SagaSimulation.Run(args, SimulatedSagas.Register);
