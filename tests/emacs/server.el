;;; server.el --- Drives the language server from a real Emacs, with eglot as it comes  -*- lexical-binding: t -*-

;; usage: emacs --batch -l server.el VAULT
;; VAULT is a demo vault with the note `notes/tea.md' that tests/tests/emacs.rs adds; what is left on disk is looked at
;; there.  Eglot is the client that offers little: diagnostics are pushed to it, and it moves no files.

(require 'package)
(package-initialize)
(require 'cl-lib)
(require 'eglot)
(require 'flymake)
(require 'imenu)
(require 'markdown-mode)

(defvar vault (directory-file-name (expand-file-name (car command-line-args-left))))
(defvar patience 30)
(defvar failed 0)
(setq command-line-args-left nil
      make-backup-files nil
      create-lockfiles nil
      auto-save-default nil
      eglot-sync-connect t
      eglot-confirm-server-initiated-edits nil
      xref-prompt-for-identifier nil
      vc-handled-backends '(Git))

;; As `docs/editors.md' says.
(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs '(markdown-mode . ("ties" "lsp"))))

(defun check (ok what)
  "Say WHAT, and whether it is OK."
  (princ (format "%s %s\n" (if ok "ok  " "FAIL") what))
  (unless ok (setq failed (1+ failed)))
  ok)

(defun wait (what is-so)
  "Check WHAT, waiting until IS-SO returns something."
  (let ((deadline (+ (float-time) patience)) ok)
    (while (and (not (setq ok (funcall is-so))) (< (float-time) deadline))
      ;; What the system tells of files arrives as input.
      (condition-case nil (read-event nil nil 0.05) (error nil))
      (accept-process-output nil 0.05))
    (check ok what)))

(defmacro attempt (what &rest body)
  "Check that BODY returns something under the name of WHAT; an error is a failure."
  (declare (indent 1))
  `(condition-case problem
       (check (progn ,@body) ,what)
     (error (check nil (format "%s: %S" ,what problem)))))

(defun visit (path)
  "Visit the note at PATH, with the server."
  (find-file (expand-file-name path vault))
  (unless (eglot-managed-p)
    (apply #'eglot--connect (eglot--guess-contact)))
  (current-buffer))

(defun codes (buffer)
  "Return the codes of the diagnostics of BUFFER, sorted."
  (with-current-buffer buffer
    (flymake-start)
    (sort (mapcar (lambda (found)
                    (let ((lsp (cdr (assoc 'eglot-lsp-diag (flymake-diagnostic-data found)))))
                      (plist-get lsp :code)))
                  (flymake-diagnostics))
          #'string<)))

(defun ask (method &rest more)
  "Return the server's answer to METHOD at point, with MORE parameters."
  (jsonrpc-request (eglot--current-server-or-lose) method
                   (append (eglot--TextDocumentPositionParams) more)))

(defun on (needle)
  "Go into NEEDLE."
  (goto-char (point-min))
  (search-forward needle)
  (goto-char (+ 2 (match-beginning 0))))

(defvar tea (visit "notes/tea.md"))
(attempt "the server is initialized"
  (eglot-current-server))
(wait "diagnostics are pushed"
      (lambda () (equal (codes tea) '("unresolved-link"))))
(let ((found (car (flymake-diagnostics))))
  (attempt "the diagnostic is on the link, past an emoji"
    (equal (buffer-substring (flymake-diagnostic-beg found) (flymake-diagnostic-end found)) "[[Nobody]]")))

(on "Zoë Müller")
(attempt "hover shows the contact"
  (string-match-p "Head of the test basin"
                  (plist-get (plist-get (ask :textDocument/hover) :contents) :value)))
(attempt "references of a contact come from several notes"
  (let ((found (xref-backend-references 'eglot (xref-backend-identifier-at-point 'eglot))))
    (and (> (length found) 2)
         (> (length (delete-dups (mapcar (lambda (one) (xref-location-group (xref-item-location one))) found))) 1))))
(attempt "definition opens the note"
  (xref-find-definitions (xref-backend-identifier-at-point 'eglot))
  (string-suffix-p "people/zoe-mueller.md" (buffer-file-name)))
(attempt "the outline has the headings"
  (imenu--make-index-alist t))
(switch-to-buffer tea)
(attempt "a contact is found by name"
  (xref-backend-apropos 'eglot "zoe mu"))

(goto-char (point-max))
(insert "See [[ada")
(attempt "completion offers the contact"
  (pcase-let ((`(,start ,_ ,table . ,_) (eglot-completion-at-point)))
    (and start
         (cl-some (lambda (label) (string-match-p "Ada Okafor" label))
                  (all-completions "" table)))))
(delete-region (line-beginning-position) (point-max))
;; Done on an idle timer where somebody types.
(eglot--signal-textDocument/didChange)

;; Eglot moves no files: the name and the links change, the file stays where it is.
(on "Zoë Müller")
(attempt "rename changes the link"
  (cl-letf (((symbol-function 'y-or-n-p) #'always))
    (eglot-rename "Zoë Schmidt"))
  (goto-char (point-min))
  (search-forward "[[Zoë Schmidt]]" nil t))
(save-some-buffers t)
(attempt "rename leaves the file where it is"
  (file-exists-p (expand-file-name "people/zoe-mueller.md" vault)))
(wait "the renamed note is known under its new name"
      (lambda () (xref-backend-apropos 'eglot "zoe schmidt")))
(wait "no link was broken"
      (lambda () (equal (codes tea) '("unresolved-link"))))

;; Log the entry under the cursor.
(defvar ada (visit "people/ada-okafor.md"))
(wait "the entry is not logged"
      (lambda () (member "unlogged-interaction" (codes ada))))
(on "- 2026-11-21 call")
(attempt "a code action logs the entry"
  (let* ((actions (append (eglot-code-actions (point) (point)) nil))
         (log (cl-find-if (lambda (action)
                            (let ((command (plist-get action :command)))
                              (equal "ties.log" (if (stringp command) command (plist-get command :command)))))
                          actions))
         (command (plist-get log :command))
         (command (if (stringp command) log command)))
    (eglot-execute-command (eglot-current-server)
                           (intern (plist-get command :command))
                           (plist-get command :arguments))
    t))
(wait "the entry is logged"
      (lambda () (not (member "unlogged-interaction" (codes ada)))))

;; A change from outside.
(switch-to-buffer tea)
(with-temp-file (expand-file-name "people/nobody.md" vault)
  (insert "---\nname: Nobody\n---\n"))
(wait "a note made elsewhere mends the link"
      (lambda () (null (codes tea))))

(attempt "the server stops"
  (eglot-shutdown (eglot-current-server))
  (not (eglot-current-server)))

(princ (if (zerop failed) "all passed\n" (format "%d failed\n" failed)))
(kill-emacs (if (zerop failed) 0 1))
;;; server.el ends here
