// The sagas of these tests have their own messages.
[assembly: Orchestrator.Contracts.MessageContracts]
