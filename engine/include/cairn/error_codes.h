// Error codes: MongoDB's numbers and codeNames, one row each. A new row only where a caller can
// react to it. Source: MongoDB's manual, "Error Codes".
#pragma once

#include <cstdint>
#include <string_view>

// CAIRN_ERROR(number, name)
#define CAIRN_ERROR_CODES(CAIRN_ERROR)                          \
  CAIRN_ERROR(0, OK)                                            \
  CAIRN_ERROR(1, InternalError)                                 \
  CAIRN_ERROR(2, BadValue)                                      \
  CAIRN_ERROR(4, NoSuchKey)                                     \
  CAIRN_ERROR(5, GraphContainsCycle)                            \
  CAIRN_ERROR(6, HostUnreachable)                               \
  CAIRN_ERROR(7, HostNotFound)                                  \
  CAIRN_ERROR(8, UnknownError)                                  \
  CAIRN_ERROR(9, FailedToParse)                                 \
  CAIRN_ERROR(11, UserNotFound)                                 \
  CAIRN_ERROR(13, Unauthorized)                                 \
  CAIRN_ERROR(14, TypeMismatch)                                 \
  CAIRN_ERROR(15, Overflow)                                     \
  CAIRN_ERROR(16, InvalidLength)                                \
  CAIRN_ERROR(17, ProtocolError)                                \
  CAIRN_ERROR(18, AuthenticationFailed)                         \
  CAIRN_ERROR(20, IllegalOperation)                             \
  CAIRN_ERROR(22, InvalidBSON)                                  \
  CAIRN_ERROR(24, LockTimeout)                                  \
  CAIRN_ERROR(26, NamespaceNotFound)                            \
  CAIRN_ERROR(27, IndexNotFound)                                \
  CAIRN_ERROR(28, PathNotViable)                                \
  CAIRN_ERROR(29, NonExistentPath)                              \
  CAIRN_ERROR(30, InvalidPath)                                  \
  CAIRN_ERROR(34, CannotBackfillArray)                          \
  CAIRN_ERROR(40, ConflictingUpdateOperators)                   \
  CAIRN_ERROR(43, CursorNotFound)                               \
  CAIRN_ERROR(46, LockBusy)                                     \
  CAIRN_ERROR(47, NoMatchingDocument)                           \
  CAIRN_ERROR(48, NamespaceExists)                              \
  CAIRN_ERROR(50, MaxTimeMSExpired)                             \
  CAIRN_ERROR(52, DollarPrefixedFieldName)                      \
  CAIRN_ERROR(53, InvalidIdField)                               \
  CAIRN_ERROR(54, NotSingleValueField)                          \
  CAIRN_ERROR(55, InvalidDBRef)                                 \
  CAIRN_ERROR(56, EmptyFieldName)                               \
  CAIRN_ERROR(57, DottedFieldName)                              \
  CAIRN_ERROR(59, CommandNotFound)                              \
  CAIRN_ERROR(61, ShardKeyNotFound)                             \
  CAIRN_ERROR(64, WriteConcernTimeout)                          \
  CAIRN_ERROR(66, ImmutableField)                               \
  CAIRN_ERROR(67, CannotCreateIndex)                            \
  CAIRN_ERROR(68, IndexAlreadyExists)                           \
  CAIRN_ERROR(70, ShardNotFound)                                \
  CAIRN_ERROR(72, InvalidOptions)                               \
  CAIRN_ERROR(73, InvalidNamespace)                             \
  CAIRN_ERROR(76, NoReplicationEnabled)                         \
  CAIRN_ERROR(79, UnknownReplWriteConcern)                      \
  CAIRN_ERROR(82, FailPointSetFailed)                           \
  CAIRN_ERROR(85, IndexOptionsConflict)                         \
  CAIRN_ERROR(86, IndexKeySpecsConflict)                        \
  CAIRN_ERROR(89, NetworkTimeout)                               \
  CAIRN_ERROR(91, ShutdownInProgress)                           \
  CAIRN_ERROR(94, NotYetInitialized)                            \
  CAIRN_ERROR(96, OperationFailed)                              \
  CAIRN_ERROR(98, DBPathInUse)                                  \
  CAIRN_ERROR(100, UnsatisfiableWriteConcern)                   \
  CAIRN_ERROR(111, NotExactValueField)                          \
  CAIRN_ERROR(112, WriteConflict)                               \
  CAIRN_ERROR(115, CommandNotSupported)                         \
  CAIRN_ERROR(117, ConflictingOperationInProgress)              \
  CAIRN_ERROR(121, DocumentValidationFailure)                   \
  CAIRN_ERROR(123, NotAReplicaSet)                              \
  CAIRN_ERROR(125, CommandFailed)                               \
  CAIRN_ERROR(126, RPCProtocolNegotiationFailed)                \
  CAIRN_ERROR(134, ReadConcernMajorityNotAvailableYet)          \
  CAIRN_ERROR(136, CappedPositionLost)                          \
  CAIRN_ERROR(161, IncompatibleCollationVersion)                \
  CAIRN_ERROR(143, CursorInUse)                                 \
  CAIRN_ERROR(146, ExceededMemoryLimit)                         \
  CAIRN_ERROR(159, DurationOverflow)                            \
  CAIRN_ERROR(165, ViewDepthLimitExceeded)                      \
  CAIRN_ERROR(166, CommandNotSupportedOnView)                   \
  CAIRN_ERROR(167, OptionNotSupportedOnView)                    \
  CAIRN_ERROR(168, InvalidPipelineOperator)                     \
  CAIRN_ERROR(171, CannotIndexParallelArrays)                   \
  CAIRN_ERROR(181, AmbiguousIndexKeyPattern)                    \
  CAIRN_ERROR(175, QueryPlanKilled)                             \
  CAIRN_ERROR(182, InvalidViewDefinition)                       \
  CAIRN_ERROR(186, ClientMetadataCannotBeMutated)               \
  CAIRN_ERROR(189, PrimarySteppedDown)                          \
  CAIRN_ERROR(197, InvalidIndexSpecificationOption)             \
  CAIRN_ERROR(201, CannotBuildIndexKeys)                        \
  CAIRN_ERROR(206, NoSuchSession)                               \
  CAIRN_ERROR(207, InvalidUUID)                                 \
  CAIRN_ERROR(211, KeyNotFound)                                 \
  CAIRN_ERROR(217, IncompleteTransactionHistory)                \
  CAIRN_ERROR(222, CloseChangeStream)                           \
  CAIRN_ERROR(224, QueryFeatureNotAllowed)                      \
  CAIRN_ERROR(225, TransactionTooOld)                           \
  CAIRN_ERROR(226, AtomicityFailure)                            \
  CAIRN_ERROR(232, MaxSubPipelineDepthExceeded)                 \
  CAIRN_ERROR(237, CursorKilled)                                \
  CAIRN_ERROR(238, NotImplemented)                              \
  CAIRN_ERROR(239, SnapshotTooOld)                              \
  CAIRN_ERROR(241, ConversionFailure)                           \
  CAIRN_ERROR(244, TransactionAborted)                          \
  CAIRN_ERROR(246, SnapshotUnavailable)                         \
  CAIRN_ERROR(251, NoSuchTransaction)                           \
  CAIRN_ERROR(256, TransactionCommitted)                        \
  CAIRN_ERROR(260, InvalidResumeToken)                          \
  CAIRN_ERROR(261, TooManyLogicalSessions)                      \
  CAIRN_ERROR(262, ExceededTimeLimit)                           \
  CAIRN_ERROR(263, OperationNotSupportedInTransaction)          \
  CAIRN_ERROR(267, PreparedTransactionInProgress)               \
  CAIRN_ERROR(276, IndexBuildAborted)                           \
  CAIRN_ERROR(280, ChangeStreamFatalError)                      \
  CAIRN_ERROR(286, ChangeStreamHistoryLost)                     \
  CAIRN_ERROR(290, TransactionExceededLifetimeLimitSeconds)     \
  CAIRN_ERROR(291, NoQueryExecutionPlans)                       \
  CAIRN_ERROR(292, QueryExceededMemoryLimitNoDiskUseAllowed)    \
  CAIRN_ERROR(322, APIVersionError)                             \
  CAIRN_ERROR(323, APIStrictError)                              \
  CAIRN_ERROR(324, APIDeprecationError)                         \
  CAIRN_ERROR(334, MechanismUnavailable)                        \
  CAIRN_ERROR(352, UnsupportedOpQueryCommand)                   \
  CAIRN_ERROR(359, CannotConvertIndexToUnique)                  \
  CAIRN_ERROR(388, TransactionTooLargeForCache)                 \
  CAIRN_ERROR(9001, SocketException)                            \
  CAIRN_ERROR(10003, CannotGrowDocumentInCappedNamespace)       \
  CAIRN_ERROR(10107, NotWritablePrimary)                        \
  CAIRN_ERROR(10334, BSONObjectTooLarge)                        \
  CAIRN_ERROR(11000, DuplicateKey)                              \
  CAIRN_ERROR(11600, InterruptedAtShutdown)                     \
  CAIRN_ERROR(11601, Interrupted)                               \
  CAIRN_ERROR(11602, InterruptedDueToReplStateChange)           \
  CAIRN_ERROR(13113, MergeStageNoMatchingDocument)              \
  CAIRN_ERROR(13297, DatabaseDifferCase)                        \
  CAIRN_ERROR(13435, NotPrimaryNoSecondaryOk)                   \
  CAIRN_ERROR(13436, NotPrimaryOrSecondary)                     \
  CAIRN_ERROR(14031, OutOfDiskSpace)                            \
  CAIRN_ERROR(12587, BackgroundOperationInProgressForNamespace) \
  CAIRN_ERROR(17280, KeyTooLong)                                \
  CAIRN_ERROR(31082, SearchNotEnabled)                          \
  CAIRN_ERROR(40414, IDLFailedToParse)                          \
  CAIRN_ERROR(40415, IDLUnknownField)

namespace cairn {

// A MongoDB error number. Numbers without a name (MongoDB's "LocationNNNNN") are cast:
// `ErrorCode{40415}`.
enum class ErrorCode : std::int32_t {
#define CAIRN_ERROR_ENUM(number, name) k##name = number,
  CAIRN_ERROR_CODES(CAIRN_ERROR_ENUM)
#undef CAIRN_ERROR_ENUM
};

// A number that MongoDB gives no name but `Location<number>`.
constexpr ErrorCode location(std::int32_t number) { return static_cast<ErrorCode>(number); }

// The codeName of a named code ("BadValue"), or empty where the name is "Location<number>".
constexpr std::string_view error_code_name(ErrorCode code) {
  switch (code) {
#define CAIRN_ERROR_NAME(number, name) \
  case ErrorCode::k##name:             \
    return #name;
    CAIRN_ERROR_CODES(CAIRN_ERROR_NAME)
#undef CAIRN_ERROR_NAME
  }
  return {};
}

}  // namespace cairn
