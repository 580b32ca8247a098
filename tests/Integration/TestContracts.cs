// The sagas of these tests have messages of their own.
[assembly: Orchestrator.Contracts.MessageContracts]
