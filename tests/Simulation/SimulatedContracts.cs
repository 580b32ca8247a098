// The sagas of the simulation have messages of their own.
[assembly: Orchestrator.Contracts.MessageContracts]
