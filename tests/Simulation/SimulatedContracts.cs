// The sagas of the simulation have their own messages.
[assembly: Orchestrator.Contracts.MessageContracts]
